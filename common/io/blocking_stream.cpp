#include "common/io/blocking_stream.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace longshore::io {

using base::Code;
using base::fail;
using base::Result;

Result<BlockingStream> BlockingStream::connect(const Endpoint& to, base::Duration timeout) {
  const bool unix_socket = to.transport == Transport::unix_stream;
  const bool v6 = to.host.find(':') != std::string::npos;
  BlockingStream stream(unix_socket ? to.path : fmt::format("{}{}{}:{}", v6 ? "[" : "", to.host, v6 ? "]" : "", to.port),
                        Clock::now() + timeout);
  TRY_VOID(unix_socket ? stream.connect_unix(to.path) : stream.connect_tcp(to));
  return stream;
}

Result<void> BlockingStream::wait(short events) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
    pollfd state{socket_.get(), events, 0};
    const int ready = left <= 0 ? 0 : ::poll(&state, 1, static_cast<int>(std::min<long long>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return base::fail_errno(errno, "wait for " + where_);
    // Less than a millisecond is no time to wait for anything.
    if (end_ - Clock::now() < std::chrono::milliseconds(1))
      return fail(Code::timeout, "no answer from " + where_ + " in time");
  }
}

Result<void> BlockingStream::connect_to(const sockaddr* address, unsigned size) {
  socket_.reset(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return base::fail_errno(errno, "socket");
  if (::connect(socket_.get(), address, size) == 0) return {};
  if (errno == EINPROGRESS) {
    TRY_VOID(wait(POLLOUT));
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0) return {};
    errno = error;
  }
  const int number = errno;
  base::Error error = base::errno_error(number, "connect to " + where_);
  if (number == ECONNREFUSED || number == EAGAIN || number == ENETUNREACH || number == EHOSTUNREACH)
    error.code = Code::unavailable;
  return fail(std::move(error));
}

Result<void> BlockingStream::connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(Code::invalid, fmt::format("{}: longer than a unix socket's path may be", path));
  std::memcpy(address.sun_path, path.data(), path.size());
  return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Result<void> BlockingStream::connect_tcp(const Endpoint& to) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found); error != 0)
    return fail(Code::not_found, fmt::format("{}: {}", where_, ::gai_strerror(error)));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  Result<void> result = fail(Code::not_found, where_ + ": no address");
  for (const addrinfo* next = found; next != nullptr; next = next->ai_next) {
    result = connect_to(next->ai_addr, next->ai_addrlen);
    if (result) return result;
  }
  return result;
}

Result<void> BlockingStream::send(std::string_view bytes) {
  while (!bytes.empty()) {
    TRY_VOID(wait(POLLOUT));
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return fail(Code::closed, where_ + " closed the connection");
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<std::size_t> BlockingStream::receive(std::span<char> into) {
  for (;;) {
    TRY_VOID(wait(POLLIN));
    const ssize_t count = ::recv(socket_.get(), into.data(), into.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EAGAIN && errno != EINTR) return fail(Code::closed, where_ + " closed the connection");
  }
}

}  // namespace longshore::io
