// A point in time as nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time). Range: years 1678 to
// 2262.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"

namespace longshore::base {

struct Timestamp {
  std::int64_t ns = 0;
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.count()}; }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.count()}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return Duration{a.ns - b.ns}; }
};

// Later than everything: the deadline of what waits for nothing.
inline constexpr Timestamp kNever{std::numeric_limits<std::int64_t>::max()};

// A civil date and time of day in the proleptic Gregorian calendar, without a zone.
struct Civil {
  int year = 1970;
  unsigned month = 1;   // 1..12
  unsigned day = 1;     // 1..31
  unsigned hour = 0;    // 0..23
  unsigned minute = 0;  // 0..59
  unsigned second = 0;  // 0..59 (a leap second's 60 is given as 59 by the parsers)
  unsigned nanosecond = 0;
};

// Days since 1970-01-01. Total for every year in range; month 1..12.
std::int64_t days_from_civil(int year, unsigned month, unsigned day);
Timestamp from_civil(const Civil& civil);  // as UTC; saturates outside the range
Civil to_civil(Timestamp time);            // in UTC

// RFC 3339 with 'T' or a blank, 0 to 9 digits of fraction, 'Z' or a numeric offset, seconds to 60. nullopt otherwise.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

// "2026-11-23T03:42:12.123456Z": always UTC, `digits` 0, 3, 6 or 9. Writes at most kRfc3339Size bytes, returns the count.
inline constexpr std::size_t kRfc3339Size = 32;
std::size_t format_rfc3339(Timestamp time, unsigned digits, char* out);
std::string format_rfc3339(Timestamp time, unsigned digits = 6);

}  // namespace longshore::base
