// One connection of the receiver: reads as much as comes, and says when it is finished. HTTP and syslog differ in what they
// do with the bytes. Thread: the receiver's.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "tests/support/receiver/channel.hpp"
#include "tests/support/receiver/mode.hpp"
#include "tests/support/receiver/request.hpp"
#include "tests/support/receiver/tally.hpp"

namespace longshore::receiver {

struct Shared {
  Mode mode;
  std::string token;
  Tally tally;
};

class Connection {
 public:
  using Time = std::chrono::steady_clock::time_point;
  Connection(Channel channel, Shared& shared) : channel_(std::move(channel)), shared_(shared) {}
  virtual ~Connection() = default;
  virtual bool readable() = 0;             // false: close it
  virtual bool due(Time) { return true; }  // a time asked for has come
  virtual Time wakes_at() const { return Time::max(); }
  int fd() const { return channel_.fd(); }

 protected:
  // Grows the buffer to `capacity` if needed and reads once; false: closed. `got`: 0 when there is nothing now.
  bool fill(std::size_t capacity, std::size_t& got);

  Channel channel_;
  Shared& shared_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

std::unique_ptr<Connection> make_http_connection(Channel channel, Shared& shared);
std::unique_ptr<Connection> make_syslog_connection(Channel channel, Shared& shared);

}  // namespace longshore::receiver
