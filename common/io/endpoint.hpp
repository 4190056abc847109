// Where to listen or connect, as configuration writes it, and the sockets made from it. Numeric addresses only when
// listening.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

struct sockaddr_storage;

namespace longshore::io {

enum class Transport { udp, tcp, tls, unix_stream, unix_dgram };

struct Endpoint {
  Transport transport = Transport::tcp;
  std::string host;          // numeric, or a name when connecting; IPv6 without brackets; empty for unix sockets
  std::uint16_t port = 0;    // 0 when listening: any free one
  std::string path;          // of a unix socket
  std::string text() const;  // as it was written, e.g. "tcp://[::1]:601"
};

// "udp://0.0.0.0:514", "tcp://…", "tls://[::]:6514", "unix-stream:///path", "unix-dgram:///path". Code::invalid otherwise.
base::Result<Endpoint> parse_endpoint(std::string_view text);

struct ListenOptions {
  base::Bytes receive_buffer{0};  // of a datagram socket; 0: the system's default. Forced past rmem_max where we may
  unsigned socket_mode = 0666;    // permissions of a unix socket's file
};

// A bound, non-blocking, close-on-exec socket, listening if it is a stream. The file of a unix socket that nobody answers on
// is replaced. Code::exists: address in use; Code::permission: not allowed (a port below 1024 needs CAP_NET_BIND_SERVICE).
base::Result<base::UniqueFd> open_listener(const Endpoint& endpoint, const ListenOptions& options = {});

// The port that a socket is really bound to (after port 0); 0 for unix sockets.
std::uint16_t bound_port(int socket);
// Numeric address without the port, e.g. "192.0.2.7" (also for IPv4 mapped into IPv6); empty for unix sockets.
std::string address_text(const sockaddr_storage& address);
}  // namespace longshore::io
