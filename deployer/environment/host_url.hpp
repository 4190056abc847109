// Where Docker is reached: the `url` of a host. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::deployer {

struct HostUrl {
  enum class Scheme { ssh, unix_socket, tls } scheme = Scheme::ssh;
  std::string user;        // of ssh; empty: as ssh's configuration says
  std::string host;        // a name or an address, IPv6 without brackets; empty of a socket
  std::uint16_t port = 0;  // 0: as ssh's configuration says; 2376 of tcp+tls
  std::string path;        // of the socket
};

// ssh://[USER@]HOST[:PORT], unix:///PATH, tcp+tls://HOST[:PORT]. Code::invalid: what is wrong.
base::Result<HostUrl> parse_host_url(std::string_view text);

// "HOST:PORT" with a port from 1 to 65535; IPv6 in brackets.
bool is_host_and_port(std::string_view text);

}  // namespace longshore::deployer
