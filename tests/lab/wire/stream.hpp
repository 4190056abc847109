// A blocking socket with deadlines, for one thread: bytes that have come are kept until they are taken. Never throws.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace longshore::lab {

using Clock = std::chrono::steady_clock;

class Stream {
 public:
  enum class Got { bytes, end, late, stopped, failed };

  explicit Stream(int fd) : fd_(fd) {}
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Waits for more bytes, at the end of `buffer` then. `stop`: a descriptor that is readable once all is to end; -1: none.
  Got fill(Clock::time_point deadline, int stop = -1);
  // All of it, or false and what went wrong in error().
  bool write(std::string_view bytes, Clock::time_point deadline);
  const std::string& error() const { return error_; }

  std::string buffer;

 private:
  int fd_;
  std::string error_;
};

// A connected socket to an IPv4 address, or -1 and why. Never waits longer than until `deadline`.
int connect_to(const std::string& address, int port, Clock::time_point deadline, std::string& error);

}  // namespace longshore::lab
