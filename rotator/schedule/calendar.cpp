#include "rotator/schedule/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace longshore::rotator {
namespace {

using base::Timestamp;
using namespace std::chrono_literals;

constexpr std::int64_t kDay = 86'400'000'000'000;

unsigned days_in_month(int year, unsigned month) {
  return static_cast<unsigned>(base::days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
                               base::days_from_civil(year, month, 1));
}
Timestamp month_boundary(int year, unsigned month, unsigned day) {
  return {base::days_from_civil(year, month, std::clamp(day, 1U, days_in_month(year, month))) * kDay};
}

// The first boundary after the wall clock's reading `local`, as a reading.
Timestamp next_local(const Calendar& calendar, Timestamp local) {
  const base::Civil c = base::to_civil(local);
  const std::int64_t today = base::days_from_civil(c.year, c.month, c.day);
  switch (calendar.period) {
    case Period::daily:
      return {(today + 1) * kDay};
    case Period::weekly: {
      if (calendar.weekday >= 7) return {(today + 7) * kDay};
      const std::int64_t weekday = ((today + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
      const std::int64_t days = (static_cast<std::int64_t>(calendar.weekday) - weekday + 7) % 7;
      return {(today + (days == 0 ? 7 : days)) * kDay};
    }
    case Period::monthly: {
      const Timestamp here = month_boundary(c.year, c.month, calendar.day);
      if (here > local) return here;
      return c.month == 12 ? month_boundary(c.year + 1, 1, calendar.day) : month_boundary(c.year, c.month + 1, calendar.day);
    }
    case Period::yearly:
      return {base::days_from_civil(c.year + 1, 1, 1) * kDay};
    default:
      return base::kNever;
  }
}

}  // namespace

std::string calendar_text(const Calendar& calendar) {
  constexpr std::array kDays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  switch (calendar.period) {
    case Period::none:
      return "by size only";
    case Period::seconds:
      return fmt::format("every {} seconds", calendar.count);
    case Period::minutes:
      return fmt::format("every {} minutes", calendar.count);
    case Period::hourly:
      return "hourly";
    case Period::daily:
      return "daily";
    case Period::weekly:
      return calendar.weekday < 7 ? fmt::format("weekly on {}", kDays[calendar.weekday]) : "every seven days";
    case Period::monthly:
      return calendar.day == 1 ? "monthly" : fmt::format("monthly on day {}", calendar.day);
    case Period::yearly:
      return "yearly";
  }
  return "";
}

base::Duration period_length(const Calendar& calendar) {
  switch (calendar.period) {
    case Period::none:
      return 0s;
    case Period::seconds:
      return calendar.count * 1s;
    case Period::minutes:
      return calendar.count * 1min;
    case Period::hourly:
      return 1h;
    case Period::daily:
      return 24h;
    case Period::weekly:
      return 7 * 24h;
    case Period::monthly:
      return 30 * 24h;
    case Period::yearly:
      return 365 * 24h;
  }
  return 0s;
}

Timestamp next_boundary(const Calendar& calendar, Timestamp last, const base::Zone& zone) {
  if (calendar.period == Period::none) return base::kNever;
  if (calendar.period == Period::seconds || calendar.period == Period::minutes) return last + period_length(calendar);
  Timestamp local = zone.to_local(last);
  if (calendar.period == Period::hourly) {
    // By the time that passes, not by the reading: an hour that comes twice is two hours.
    constexpr std::int64_t kHour = 3'600'000'000'000;
    const std::int64_t into = (local.ns % kHour + kHour) % kHour;
    return last + base::Duration{kHour - into};
  }
  for (;;) {
    local = next_local(calendar, local);
    const Timestamp next = zone.to_utc(local);
    if (next > last) return next;  // not so if the clock was set back over midnight
  }
}

}  // namespace longshore::rotator
