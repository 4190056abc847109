#include "common/base/bytes.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace longshore::base {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array kUnits{Unit{"B", 1},
                            Unit{"kB", 1'000},
                            Unit{"MB", 1'000'000},
                            Unit{"GB", 1'000'000'000},
                            Unit{"TB", 1'000'000'000'000},
                            Unit{"KiB", 1ULL << 10},
                            Unit{"MiB", 1ULL << 20},
                            Unit{"GiB", 1ULL << 30},
                            Unit{"TiB", 1ULL << 40}};

}  // namespace

Result<Bytes> parse_bytes(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return fail(Code::invalid, fmt::format("\"{}\" is not a size, e.g. \"64MiB\"", text));
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.empty()) return fail(Code::invalid, fmt::format("\"{}\" needs a unit, e.g. \"{}MiB\"", text, text));
  for (const Unit& known : kUnits) {
    if (unit != known.name) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() / known.factor)
      return fail(Code::invalid, fmt::format("\"{}\" is too large", text));
    return Bytes{number * known.factor};
  }
  return fail(Code::invalid, fmt::format("\"{}\" has an unknown unit \"{}\" (B, kB, MB, GB, KiB, MiB, GiB)", text, unit));
}

std::string format_bytes(Bytes bytes) {
  constexpr std::array kNames{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes.value < 1024) return fmt::format("{} B", bytes.value);
  auto scaled = static_cast<double>(bytes.value);
  std::size_t unit = 0;
  while (scaled >= 1024 && unit + 1 < kNames.size()) {
    scaled /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", scaled, scaled < 10 ? 2 : scaled < 100 ? 1 : 0, kNames[unit]);
}

}  // namespace longshore::base
