#include "shipper/sources/datagram_receiver.hpp"

#include <linux/sock_diag.h>

#include <cerrno>
#include <cstring>

namespace longshore::shipper {

DatagramReceiver::DatagramReceiver(std::size_t limit)
    : limit_(limit),
      memory_(new char[kMessages * limit]),
      headers_(kMessages),
      parts_(kMessages),
      controls_(kMessages),
      peers_(kMessages),
      datagrams_(kMessages) {
  for (std::size_t i = 0; i < kMessages; ++i) parts_[i] = {memory_.get() + i * limit_, limit_};
}

base::Result<std::span<const Datagram>> DatagramReceiver::receive(int socket) {
  for (std::size_t i = 0; i < kMessages; ++i) {
    headers_[i] = {};
    msghdr& header = headers_[i].msg_hdr;
    header.msg_name = &peers_[i];
    header.msg_namelen = sizeof peers_[i];
    header.msg_iov = &parts_[i];
    header.msg_iovlen = 1;
    header.msg_control = controls_[i].bytes;
    header.msg_controllen = sizeof controls_[i].bytes;
  }
  const int count = ::recvmmsg(socket, headers_.data(), kMessages, MSG_DONTWAIT, nullptr);
  if (count < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::span<const Datagram>{};
    return base::fail_errno(errno, "receive datagrams");
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const msghdr& header = headers_[i].msg_hdr;
    datagrams_[i] = {{memory_.get() + i * limit_, headers_[i].msg_len}, (header.msg_flags & MSG_TRUNC) != 0, &peers_[i]};
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(const_cast<msghdr*>(&header), control)) {
      if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_RXQ_OVFL) continue;
      std::uint32_t total = 0;
      std::memcpy(&total, CMSG_DATA(control), sizeof total);
      count_dropped(total);
    }
  }
  return std::span<const Datagram>(datagrams_.data(), static_cast<std::size_t>(count));
}

void DatagramReceiver::ask_kernel(int socket) {
  std::uint32_t memory[SK_MEMINFO_VARS] = {};
  socklen_t size = sizeof memory;
  if (::getsockopt(socket, SOL_SOCKET, SO_MEMINFO, memory, &size) == 0) count_dropped(memory[SK_MEMINFO_DROPS]);
}

void DatagramReceiver::count_dropped(std::uint32_t total) {
  const std::uint32_t more = total - dropped_total_;  // the kernel's counter wraps at 32 bits; so does the difference
  if (more > UINT32_MAX / 2) return;                  // older than what is known already
  newly_dropped_ += more;
  dropped_total_ = total;
}

}  // namespace longshore::shipper
