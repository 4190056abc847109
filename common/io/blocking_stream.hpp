// One stream connection that blocks, with one deadline for all that is done on it: for programs and threads that ask little.
// One thread at a time. Errors name the other side.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "common/io/endpoint.hpp"

struct sockaddr;

namespace longshore::io {

class BlockingStream {
 public:
  // `to`: tcp, whose host may be a name (its addresses are tried one after the other), or unix_stream. `timeout`: from now
  // to the end of the last call. Code::not_found: no such socket or host; unavailable: nobody listens; permission; timeout.
  static base::Result<BlockingStream> connect(const Endpoint& to, base::Duration timeout);

  // All of it. Code::closed, timeout.
  base::Result<void> send(std::string_view bytes);
  // What has come, one byte at least; 0: the other side has sent everything. Code::closed: it broke off; timeout.
  base::Result<std::size_t> receive(std::span<char> into);

  const std::string& where() const { return where_; }  // "host:port", or the path

 private:
  using Clock = std::chrono::steady_clock;
  BlockingStream(std::string where, Clock::time_point end) : where_(std::move(where)), end_(end) {}
  base::Result<void> connect_unix(const std::string& path);
  base::Result<void> connect_tcp(const Endpoint& to);
  base::Result<void> connect_to(const sockaddr* address, unsigned size);
  base::Result<void> wait(short events);

  std::string where_;
  Clock::time_point end_;
  base::UniqueFd socket_;
};

}  // namespace longshore::io
