// A program that runs beside us and ends with us: ssh. Any thread.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace longshore::deployer {

bool is_installed(const std::string& program);  // in PATH

class Child {
 public:
  // Starts `words`: the program, looked for in PATH, and its arguments. One that cannot be started has ended, and says why.
  explicit Child(std::vector<std::string> words);
  // SIGTERM, and SIGKILL if that is not enough; waits for its end.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool alive() const;
  std::string said() const;  // the last 8 KiB of its standard error

 private:
  void keep(const std::vector<std::string>& words);
  void listen(int errors);
  void note(std::string_view text);

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // when it has ended
  pid_t pid_ = 0;                    // 0: not started yet, or ended
  bool ended_ = false;
  std::string said_;
  std::thread keeper_;
};

}  // namespace longshore::deployer
