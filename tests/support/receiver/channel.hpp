// A non-blocking connection, plain or TLS. Thread: the receiver's.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>

#include "common/base/unique_fd.hpp"

namespace longshore::receiver {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

class Channel {
 public:
  Channel(base::UniqueFd fd, SSL_CTX* context);  // context may be null: plain

  // Bytes moved; 0: the peer closed or the connection broke; -1: not now.
  ssize_t read(char* to, std::size_t size);
  ssize_t write(const char* from, std::size_t size);
  int fd() const { return fd_.get(); }
  void reset_peer();  // closes with RST

 private:
  base::UniqueFd fd_;
  std::unique_ptr<SSL, SslFree> ssl_;
};

}  // namespace longshore::receiver
