// The service: a thread for each connection. /version, /health, /slow?ms=N, POST /echo, WebSocket echo at /ws. Every answer
// names the version in X-Version. stop() is graceful: what has begun is finished, with `Connection: close`.
#pragma once

#include <atomic>
#include <chrono>

#include "tests/lab/web/behaviour.hpp"
#include "tests/lab/wire/message.hpp"

namespace longshore::lab {

class Server {
 public:
  explicit Server(const Behaviour& behaviour);

  bool listen();      // false: errno says why
  void accept_all();  // until stop()
  void stop();
  bool idle() const { return connections_ == 0; }

 private:
  void serve(int fd);
  std::string answer(const Message& request, bool& close) const;
  void websocket(Stream& stream, const Message& request);

  const Behaviour& behaviour_;
  const Clock::time_point started_ = Clock::now();
  int listener_ = -1;
  int stop_;  // eventfd: readable once stopping
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
};

}  // namespace longshore::lab
