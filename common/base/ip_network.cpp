#include "common/base/ip_network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace longshore::base {

bool IpNetwork::contains(const IpAddress& other) const {
  const unsigned bytes = bits / 8;
  if (!std::equal(address.begin(), address.begin() + bytes, other.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((address[bytes] ^ other[bytes]) >> (8 - rest)) == 0;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() > 45) return std::nullopt;
  const std::string copy(text);
  IpAddress address{};
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (::inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {};
  address[10] = address[11] = 0xFF;
  if (::inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

std::optional<IpNetwork> parse_ip_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return IpNetwork{*address, 128};
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const std::string_view length = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc{} || end != length.data() + length.size() || bits > (v4 ? 32U : 128U)) return std::nullopt;
  return IpNetwork{*address, v4 ? bits + 96 : bits};
}

}  // namespace longshore::base
