// What the kernel knows of a TCP connection. A file of its own: the kernel's header, which has the counters, does not go
// together with the C library's, which Asio includes.
#pragma once

#include <cstdint>
#include <optional>

namespace longshore::shipper {

struct TcpProgress {
  bool established = false;        // neither side has ended it
  std::uint64_t acknowledged = 0;  // bytes, since it was made
  std::uint64_t pending = 0;       // written, not yet acknowledged (SIOCOUTQ)
};

// nullopt: not a TCP socket, or closed.
std::optional<TcpProgress> tcp_progress(int socket);

}  // namespace longshore::shipper
