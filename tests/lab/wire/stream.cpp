#include "tests/lab/wire/stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace longshore::lab {
namespace {

int left(Clock::time_point deadline) {
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(rest + 1, 0, 3'600'000));
}

}  // namespace

Stream::~Stream() { ::close(fd_); }

Stream::Got Stream::fill(Clock::time_point deadline, int stop) {
  std::array<pollfd, 2> waits{pollfd{fd_, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
  const int ready = ::poll(waits.data(), waits.size(), left(deadline));
  if (ready == 0) return Got::late;
  if (waits[0].revents == 0 && waits[1].revents != 0) return Got::stopped;
  std::array<char, 16384> bytes;
  const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (size == 0) return Got::end;
  if (size < 0) {
    error_ = std::strerror(errno);
    return Got::failed;
  }
  buffer.append(bytes.data(), static_cast<std::size_t>(size));
  return Got::bytes;
}

bool Stream::write(std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
      continue;
    }
    pollfd wait{fd_, POLLOUT, 0};
    if (errno != EAGAIN || ::poll(&wait, 1, left(deadline)) <= 0) {
      error_ = errno == EAGAIN ? "timed out" : std::strerror(errno);
      return false;
    }
  }
  return true;
}

int connect_to(const std::string& address, int port, Clock::time_point deadline, std::string& error) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &peer.sin_addr);
  int status = ::connect(fd, reinterpret_cast<sockaddr*>(&peer), sizeof peer) == 0 ? 0 : errno;
  if (status == EINPROGRESS) {
    pollfd wait{fd, POLLOUT, 0};
    socklen_t size = sizeof status;
    if (::poll(&wait, 1, left(deadline)) <= 0) {
      status = ETIMEDOUT;
    } else {
      ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &status, &size);
    }
  }
  if (status != 0) {
    error = std::strerror(status);
    ::close(fd);
    return -1;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace longshore::lab
