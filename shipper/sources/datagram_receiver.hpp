// Reads many datagrams with one system call and hands them on, with what the kernel says it had to drop before.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::shipper {

struct Datagram {
  std::span<const char> bytes;  // valid until the next receive()
  bool truncated = false;       // was longer than the limit
  const sockaddr_storage* peer = nullptr;
};

class DatagramReceiver {
 public:
  static constexpr std::size_t kMessages = 64;  // most that one call reads

  // `limit`: bytes kept of a datagram. Memory is touched only as far as datagrams fill it.
  explicit DatagramReceiver(std::size_t limit);

  // All that is waiting, at most kMessages; empty when nothing is. The socket is non-blocking and has SO_RXQ_OVFL set where
  // it exists.
  base::Result<std::span<const Datagram>> receive(int socket);
  // Datagrams that the kernel dropped for this socket since the last call. It learns of them with the next datagram
  // (SO_RXQ_OVFL); ask_kernel() looks at once, for a socket on which nothing more may come (SO_MEMINFO).
  std::uint32_t take_dropped() { return std::exchange(newly_dropped_, 0U); }
  void ask_kernel(int socket);

 private:
  struct Control {
    alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(std::uint32_t))];
  };
  void count_dropped(std::uint32_t total);

  std::size_t limit_;
  std::unique_ptr<char[]> memory_;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> parts_;
  std::vector<Control> controls_;
  std::vector<sockaddr_storage> peers_;
  std::vector<Datagram> datagrams_;
  std::uint32_t dropped_total_ = 0;  // as the kernel counts, since the socket was made
  std::uint32_t newly_dropped_ = 0;
};

}  // namespace longshore::shipper
