// A Loggly-shaped HTTP server, and a syslog-over-TCP one, that count what arrives and can misbehave. Test and benchmark
// only.
//
// POST to /bulk/TOKEN or /inputs/TOKEN is answered and counted as the mode says; so is POST to any other path when no token
// is asked for. GET /report says what was counted, DELETE /report forgets it, PUT /mode with a mode (mode.hpp) as the body
// sets it. A body is counted when it was received whole and accepted. One thread, no allocation per request.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.hpp"
#include "tests/support/receiver/mode.hpp"
#include "tests/support/receiver/tally.hpp"

namespace longshore::receiver {

struct ReceiverOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  bool syslog = false;     // also listen for syslog over TCP, on a port of its own
  std::uint16_t syslog_port = 0;
  std::string cert_file = {}, key_file = {};  // PEM: TLS on both ports
  std::string token = {};                     // empty: any
  Mode mode = {};
  bool count_only = false;  // lines and bytes, no sequence numbers
  std::size_t keep_lines = 0;
  std::string keep_file = {};  // every accepted line is appended to it, complete whenever a report was given
};

class Receiver {
 public:
  // Listens and serves from a thread of its own until destroyed.
  static base::Result<std::unique_ptr<Receiver>> start(ReceiverOptions options);
  ~Receiver();

  std::uint16_t port() const;
  std::uint16_t syslog_port() const;
  std::string url() const;                 // "http://127.0.0.1:PORT"
  void set_mode(const std::string& text);  // aborts on a mode that does not exist
  // Calls `look` while nothing changes.
  void with_tally(const std::function<void(const Tally&)>& look) const;
  Tally tally() const;  // a copy

 private:
  class Server;
  explicit Receiver(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace longshore::receiver
