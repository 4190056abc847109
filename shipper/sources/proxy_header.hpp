// The PROXY protocol's header, versions 1 and 2 (HAProxy's specification, doc/proxy-protocol.txt): a load balancer says who
// the client is. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace longshore::shipper {

struct ProxyHeader {
  enum class State { none, incomplete, complete };
  State state = State::none;
  std::size_t size = 0;     // bytes of the header, when complete
  std::string source = {};  // the client's address; empty if the sender does not say (v1 UNKNOWN, v2 LOCAL or a unix socket)
};

// `bytes`: what a connection begins with, at least its first 256 bytes if there are so many.
ProxyHeader parse_proxy_header(std::string_view bytes);

}  // namespace longshore::shipper
