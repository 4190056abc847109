// IP addresses and networks as text: "10.0.0.0/8", "2001:db8::/32", "192.0.2.7".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace longshore::base {

// Network byte order; an IPv4 address as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so that both kinds compare.
using IpAddress = std::array<std::uint8_t, 16>;

struct IpNetwork {
  IpAddress address{};
  unsigned bits = 128;  // of the prefix, counted in the 128-bit form
  bool contains(const IpAddress& other) const;
};

// Nothing if it is no address; no zone ("%eth0"), no brackets, no port.
std::optional<IpAddress> parse_ip_address(std::string_view text);
// An address, alone or with "/" and the length of its prefix (RFC 4632, RFC 4291 §2.3). Bits behind the prefix are no
// matter.
std::optional<IpNetwork> parse_ip_network(std::string_view text);

}  // namespace longshore::base
