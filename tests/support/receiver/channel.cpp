#include "tests/support/receiver/channel.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace longshore::receiver {

Channel::Channel(base::UniqueFd fd, SSL_CTX* context) : fd_(std::move(fd)) {
  if (context == nullptr) return;
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), fd_.get());
  SSL_set_accept_state(ssl_.get());
}

ssize_t Channel::read(char* to, std::size_t size) {
  if (ssl_ == nullptr) {
    const ssize_t got = ::recv(fd_.get(), to, size, 0);
    if (got >= 0) return got;
    return errno == EAGAIN || errno == EINTR ? -1 : 0;
  }
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), to, static_cast<int>(std::min<std::size_t>(size, 1 << 20)));
  if (got > 0) return got;
  const int error = SSL_get_error(ssl_.get(), got);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : 0;
}

ssize_t Channel::write(const char* from, std::size_t size) {
  if (ssl_ == nullptr) {
    const ssize_t sent = ::send(fd_.get(), from, size, MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    return errno == EAGAIN || errno == EINTR ? -1 : 0;
  }
  ERR_clear_error();
  const int sent = SSL_write(ssl_.get(), from, static_cast<int>(size));
  if (sent > 0) return sent;
  const int error = SSL_get_error(ssl_.get(), sent);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : 0;
}

void Channel::reset_peer() {
  const linger hard{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ssl_.reset();
  fd_.reset();
}

}  // namespace longshore::receiver
