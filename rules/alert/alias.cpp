#include "rules/alert/alias.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "common/base/utf8.hpp"

namespace longshore::rules {
namespace {

void append_part(std::string& out, std::string_view part) {
  while (!part.empty()) {
    const std::size_t size = base::character_size(part);
    const auto first = static_cast<unsigned char>(part[0]);
    if (size == 0 || first < 0x20 || first == 0x7F)
      out += fmt::format("\\x{:02x}", first);
    else if (first == '|' || first == '\\')
      (out += '\\') += part[0];
    else
      out += part.substr(0, size);
    part.remove_prefix(std::max<std::size_t>(1, size));
  }
}

__extension__ using Uint128 = unsigned __int128;

std::string hash(std::string_view text) {
  constexpr Uint128 kPrime = (Uint128{1} << 88U) + 0x13b;
  Uint128 sum = (Uint128{0x6c62272e07bb0142} << 64U) + 0x62b821756295c58d;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * kPrime;
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(sum >> 64U), static_cast<std::uint64_t>(sum));
}

}  // namespace

std::string shorten_name(std::string_view name, std::size_t most) {
  if (name.size() <= most) return std::string(name);
  const std::string digits = hash(name);
  return fmt::format("{}#{}", base::cut_to_bytes(name, most - 1 - digits.size()), digits);
}

std::string alert_alias(std::string_view rule, std::optional<std::string_view> host, std::span<const std::string> group) {
  std::string out;
  append_part(out, rule);
  if (host) append_part(out += '|', *host);
  for (const std::string& value : group) append_part(out += '|', value);
  return shorten_name(out, kLongestAlias);
}

}  // namespace longshore::rules
