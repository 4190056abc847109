#include "rotator/policy/moment.hpp"

#include <fmt/format.h>

namespace longshore::rotator {

unsigned weekday_of(const base::Civil& date) {
  const std::int64_t days = day_number(date) + 4;  // 1970-01-01 was a Thursday
  return static_cast<unsigned>((days % 7 + 7) % 7);
}

std::int64_t day_number(const base::Civil& date) { return base::days_from_civil(date.year, date.month, date.day); }

std::int64_t wall_seconds(const base::Civil& time) {
  return day_number(time) * 86'400 + time.hour * 3'600 + time.minute * 60 + time.second;
}

base::Civil shifted_by_days(const base::Civil& time, int days) {
  base::Civil moved = base::to_civil(base::from_civil(time) + std::chrono::hours(24 * days));
  return moved;
}

std::string minute_text(const base::Civil& time) {
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}", time.year, time.month, time.day, time.hour, time.minute);
}

}  // namespace longshore::rotator
