#include "common/io/endpoint.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace longshore::io {
namespace {

using base::Code;
using base::Result;
using base::UniqueFd;

struct Scheme {
  std::string_view name;
  Transport transport;
};
constexpr std::array kSchemes{Scheme{"udp", Transport::udp}, Scheme{"tcp", Transport::tcp}, Scheme{"tls", Transport::tls},
                              Scheme{"unix-stream", Transport::unix_stream}, Scheme{"unix-dgram", Transport::unix_dgram}};

bool is_unix(Transport transport) { return transport == Transport::unix_stream || transport == Transport::unix_dgram; }
bool is_datagram(Transport transport) { return transport == Transport::udp || transport == Transport::unix_dgram; }

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Result<Address> address_of(const Endpoint& endpoint) {
  Address address;
  if (is_unix(endpoint.transport)) {
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    if (endpoint.path.size() >= sizeof un.sun_path)
      return base::fail(Code::invalid,
                        fmt::format("{}: the path is longer than {} bytes", endpoint.text(), sizeof un.sun_path - 1));
    std::memcpy(un.sun_path, endpoint.path.data(), endpoint.path.size());
    std::memcpy(&address.storage, &un, sizeof un);
    address.size = sizeof un;
    return address;
  }
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
  } else if (::inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.size = sizeof v6;
  } else {
    return base::fail(Code::invalid, endpoint.text() + ": listening needs a numeric address, e.g. 127.0.0.1 or 0.0.0.0");
  }
  return address;
}

// A socket file that is left over from a process that is gone may be replaced; one that answers, or any other file, may not.
Result<void> clear_stale_socket(const Endpoint& endpoint, const Address& address) {
  struct stat info{};
  if (::lstat(endpoint.path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode))
    return base::fail(Code::exists, endpoint.text() + ": the path exists and is not a socket; remove it or choose another");
  const UniqueFd probe(::socket(AF_UNIX, (is_datagram(endpoint.transport) ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), address.get(), address.size) == 0)
    return base::fail(Code::exists, endpoint.text() + ": address in use: another process listens there");
  if (::unlink(endpoint.path.c_str()) != 0) return base::fail_errno(errno, endpoint.text() + ": remove the stale socket");
  return {};
}

void set_receive_buffer(int socket, base::Bytes wanted) {
  const int bytes = static_cast<int>(std::min<std::uint64_t>(wanted.value, 1 << 30));
  // Past net.core.rmem_max only with CAP_NET_ADMIN; without it the kernel gives what it may.
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

}  // namespace

std::string Endpoint::text() const {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.transport != transport) continue;
    if (is_unix(transport)) return fmt::format("{}://{}", scheme.name, path);
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", scheme.name, v6 ? "[" : "", host, v6 ? "]" : "", port);
  }
  return {};
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return base::fail(Code::invalid,
                      fmt::format("\"{}\": {}, e.g. \"tcp://0.0.0.0:601\" or \"unix-dgram:///run/log\"", text, why));
  };
  const std::size_t colon = text.find("://");
  Endpoint endpoint;
  const Scheme* found = nullptr;
  for (const Scheme& scheme : kSchemes)
    if (colon != std::string_view::npos && scheme.name == text.substr(0, colon)) found = &scheme;
  if (found == nullptr) return wrong("needs one of udp://, tcp://, tls://, unix-stream://, unix-dgram://");
  endpoint.transport = found->transport;
  std::string_view rest = text.substr(colon + 3);
  if (is_unix(endpoint.transport)) {
    if (!rest.starts_with('/')) return wrong("a unix socket needs an absolute path");
    endpoint.path = rest;
    return endpoint;
  }
  const std::size_t port_at = rest.rfind(':');
  if (port_at == std::string_view::npos || rest.ends_with(']')) return wrong("needs a port");
  const std::string_view port = rest.substr(port_at + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc{} || end != port.data() + port.size()) return wrong("the port is not a number from 0 to 65535");
  rest = rest.substr(0, port_at);
  if (rest.starts_with('[') && rest.ends_with(']'))
    rest = rest.substr(1, rest.size() - 2);
  else if (rest.find(':') != std::string_view::npos)
    return wrong("an IPv6 address needs brackets");
  if (rest.empty()) return wrong("needs a host");
  endpoint.host = rest;
  return endpoint;
}

Result<UniqueFd> open_listener(const Endpoint& endpoint, const ListenOptions& options) {
  TRY(address, address_of(endpoint));
  const bool datagram = is_datagram(endpoint.transport);
  UniqueFd socket(
      ::socket(address.storage.ss_family, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::fail_errno(errno, endpoint.text() + ": make a socket");
  if (is_unix(endpoint.transport)) {
    TRY_VOID(clear_stale_socket(endpoint, address));
  } else if (!datagram) {
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (options.receive_buffer.value > 0) set_receive_buffer(socket.get(), options.receive_buffer);
  if (::bind(socket.get(), address.get(), address.size) != 0) {
    if (errno == EADDRINUSE)
      return base::fail(Code::exists,
                        endpoint.text() + ": address in use: another process listens there (find it with ss -lntup)");
    if (errno == EACCES && endpoint.port != 0 && endpoint.port < 1024)
      return base::fail(Code::permission,
                        endpoint.text() + ": not allowed: a port below 1024 needs root or CAP_NET_BIND_SERVICE");
    if (errno == ENOENT) return base::fail(Code::not_found, endpoint.text() + ": its folder does not exist; create it");
    return base::fail_errno(errno, endpoint.text() + ": bind");
  }
  if (is_unix(endpoint.transport)) ::chmod(endpoint.path.c_str(), options.socket_mode);
  if (!datagram && ::listen(socket.get(), SOMAXCONN) != 0) return base::fail_errno(errno, endpoint.text() + ": listen");
  return socket;
}

std::uint16_t bound_port(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  if (storage.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  return 0;
}

std::string address_text(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6))
      ::inet_ntop(AF_INET, reinterpret_cast<const char*>(&v6) + 12, text, sizeof text);
    else
      ::inet_ntop(AF_INET6, &v6, text, sizeof text);
  }
  return text;
}

}  // namespace longshore::io
