// When a line says that it happened. What it answers depends on the line and the reference alone, never on other lines: an
// index that was made when the archive was written is then right about every line that is read years later. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

class LineClock {
 public:
  // `reference`: when the log was last written. A date without a year (RFC 3164) is the last one that is not more than a day
  // later than this.
  explicit LineClock(base::Timestamp reference)
      : reference_(reference.ns / 1'000'000'000), reference_year_(base::to_civil(reference).year) {}

  // Seconds since 1970; a fraction is cut off. nullopt: the line states no time, or begins with a blank or tab, as what
  // belongs to the line before it does. Known are, each where it stands in the first 128 bytes: RFC 3339 and ISO 8601,
  // 2026/11/27 05:49:05, Nov 27 05:49:05 (the year may follow), 27/Nov/2026:05:49:05, 27 Nov 2026 05:49:05, klog's
  // I1127 05:49:05; seconds or milliseconds since 1970 at the beginning; and in a line of JSON its member time, timestamp,
  // @timestamp, ts, datetime or date, or that at its end (Docker's json-file). What names no zone is taken as UTC.
  // `line`: without its end.
  std::optional<std::int64_t> seconds(std::string_view line);

  std::int64_t reference() const { return reference_; }

 private:
  // A date and a time of day, in seconds, and what behind it may still change them.
  struct Stamp {
    std::int64_t time = 0;
    enum { nothing, zone, year } behind = nothing;
  };
  std::optional<Stamp> stamp_at(std::string_view text, std::size_t hour) const;
  std::optional<std::int64_t> date_around(std::string_view text, std::size_t hour);
  std::optional<std::int64_t> first_date(std::string_view text);
  std::optional<std::int64_t> json_value(std::string_view text);
  std::optional<std::int64_t> json_seconds(std::string_view line);
  std::int64_t with_likely_year(unsigned month, unsigned day, std::int64_t second_of_day) const;

  std::int64_t reference_;
  int reference_year_;
  // Many lines have the same second: the text of the last one, from 12 bytes before the hour on, and what it means.
  char last_text_[20] = {};
  std::size_t last_size_ = 0;
  Stamp last_;
};

}  // namespace longshore::rotator
