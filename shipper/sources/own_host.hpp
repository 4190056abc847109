// What this machine is called: the host of lines that come from it and name none.
#pragma once

#include <string>
#include <string_view>

namespace longshore::shipper {

std::string own_host();

// The host of a message that names none: `peer`, its sender's address as text, or `own` where that is this machine
// (loopback, or empty: a unix socket).
inline std::string host_of_peer(std::string_view peer, const std::string& own) {
  return peer.empty() || peer.starts_with("127.") || peer == "::1" ? own : std::string(peer);
}

}  // namespace longshore::shipper
