#include "common/base/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace longshore::base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longer names first, so that "ms" is not read as minutes followed by "s".
constexpr std::array kUnits{Unit{"ns", 1},
                            Unit{"us", 1'000},
                            Unit{"ms", 1'000'000},
                            Unit{"s", 1'000'000'000},
                            Unit{"m", 60'000'000'000},
                            Unit{"h", 3'600'000'000'000},
                            Unit{"d", 86'400'000'000'000}};

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
  std::string_view rest = text;
  do {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{} || number < 0)
      return fail(Code::invalid, fmt::format("\"{}\" is not a duration, e.g. \"30s\"", text));
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (rest.empty()) return fail(Code::invalid, fmt::format("\"{}\" needs a unit, e.g. \"{}s\"", text, text));
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (!rest.starts_with(unit.name)) continue;
      found = &unit;
      break;
    }
    if (found == nullptr || found->nanoseconds >= smallest)
      return fail(Code::invalid, fmt::format("\"{}\" has an unknown or misplaced unit (ns, us, ms, s, m, h, d)", text));
    smallest = found->nanoseconds;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(number, found->nanoseconds, &part) || __builtin_add_overflow(total, part, &total))
      return fail(Code::invalid, fmt::format("\"{}\" is too long", text));
    rest.remove_prefix(found->name.size());
  } while (!rest.empty());
  return Duration{total};
}

std::string format_duration(Duration duration) {
  if (duration.count() == 0) return "0s";
  std::string text = duration.count() < 0 ? "-" : "";
  auto rest = static_cast<std::uint64_t>(duration.count());
  if (duration.count() < 0) rest = 0 - rest;
  for (std::size_t i = kUnits.size(); i-- > 0;) {
    const auto unit = static_cast<std::uint64_t>(kUnits[i].nanoseconds);
    if (rest >= unit) text += fmt::format("{}{}", rest / unit, kUnits[i].name);
    rest %= unit;
  }
  return text;
}

}  // namespace longshore::base
