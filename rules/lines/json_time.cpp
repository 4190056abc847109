#include "rules/lines/json_time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace longshore::rules {
namespace {

std::optional<base::Timestamp> from_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  // Seconds until the year 5138, milliseconds from 1973, microseconds from 1973 …
  double scale = 1e9;
  for (double most = 1e11; value >= most && scale > 1; most *= 1000) scale /= 1000;
  if (!(value > 0) || value * scale > 9.2e18) return {};
  return base::Timestamp{std::llround(value * scale)};
}

}  // namespace

std::optional<base::Timestamp> json_time(const shipper::JsonObject& object) {
  constexpr std::array<std::string_view, 6> kNames = {"timestamp", "@timestamp", "time", "ts", "datetime", "date"};
  for (const std::string_view name : kNames)
    for (const shipper::JsonMember& member : object.members()) {
      if (member.key != name) continue;
      const auto time =
          member.type == shipper::JsonType::text ? base::parse_rfc3339(member.value) : from_number(member.value);
      if (time) return time;
    }
  return {};
}

}  // namespace longshore::rules
