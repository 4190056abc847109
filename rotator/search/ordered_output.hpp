// What several threads find, printed in the order in which the work was given out. Only the thread whose turn it is writes;
// the others hold what they have, and wait where that is too much: the first never waits, so somebody always goes on.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace longshore::rotator {

class OrderedOutput {
 public:
  // Writes to `fd`, which stays the caller's.
  explicit OrderedOutput(int fd) : fd_(fd) {}

  // Of task `number`, from 0 on. Takes the text and leaves it empty. False: nothing more can be written, or stop() was
  // called.
  bool append(std::uint64_t number, std::string& text);
  // The task has no more. `last` is called in its turn, behind its text; what it returns is written, too.
  bool finish(std::uint64_t number, std::string text, std::function<std::string()> last);
  void stop();
  bool stopped() const;
  bool failed() const;  // a write has failed

 private:
  struct Held {
    std::string text;
    std::function<std::string()> last;
    bool finished = false;
  };
  void write(std::unique_lock<std::mutex>& lock, const std::string& text);

  const int fd_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t turn_ = 0;
  bool advancing_ = false;              // somebody moves turn_ on, and writes meanwhile
  std::map<std::uint64_t, Held> held_;  // of tasks behind turn_
  std::size_t held_bytes_ = 0;
  bool stopped_ = false, failed_ = false;
};

}  // namespace longshore::rotator
