// One client: sends requests of one kind to one load balancer, one after another, until it is told to stop. It is strict:
// whatever is not the whole, right answer in time is a failure, and it repeats nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "tests/lab/traffic/tally.hpp"
#include "tests/lab/wire/message.hpp"

namespace longshore::lab {

enum class Kind { get, post, slow, websocket };

struct Target {
  std::string name, address;
  int port = 80;
};

struct Plan {
  Kind kind = Kind::get;
  bool keep_alive = true;
  std::chrono::milliseconds pause{20};    // between the starts of two requests
  std::chrono::milliseconds limit{8000};  // for an answer
  std::chrono::milliseconds slow{2000};   // how long the service is asked to take
  int messages = 10;                      // in a WebSocket's life
  std::chrono::milliseconds message_pause{100};

  std::string name() const;
};

class Client {
 public:
  Client(const Plan& plan, const Target& target, Tally& tally) : plan_(plan), target_(target), tally_(tally) {}
  void run(const std::atomic<bool>& stop);

 private:
  void exchange();
  void converse(const std::atomic<bool>& stop);
  bool connected(Outcome& outcome);
  bool send(Outcome& outcome, const std::string& request, Message& answer);
  Outcome begin() const;
  void end(Outcome& outcome);

  Plan plan_;
  Target target_;
  Tally& tally_;
  std::unique_ptr<Stream> stream_;
  Clock::time_point began_, deadline_;
  std::uint64_t number_ = 0;
};

}  // namespace longshore::lab
