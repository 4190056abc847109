#include "shipper/sinks/tcp_progress.hpp"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace longshore::shipper {

std::optional<TcpProgress> tcp_progress(int socket) {
  // The queue first: what is acknowledged in between is then counted twice, which errs on the side of waiting.
  int pending = 0;
  if (::ioctl(socket, SIOCOUTQ, &pending) != 0) return std::nullopt;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  constexpr int kEstablished = 1;  // TCP_ESTABLISHED of the kernel's enumeration
  return TcpProgress{.established = info.tcpi_state == kEstablished,
                     .acknowledged = info.tcpi_bytes_acked,
                     .pending = static_cast<std::uint64_t>(pending)};
}

}  // namespace longshore::shipper
