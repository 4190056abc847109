// next_boundary, slow and simple: walks minute by minute until the calendar's fields differ as logrotate compares them.
#pragma once

#include "rotator/schedule/calendar.hpp"

namespace longshore::rotator {

inline bool period_is_over(const Calendar& calendar, base::Timestamp last, base::Timestamp now, const base::Zone& zone) {
  const base::Civil then = base::to_civil(zone.to_local(last)), here = base::to_civil(zone.to_local(now));
  const std::int64_t from = base::days_from_civil(then.year, then.month, then.day);
  const std::int64_t to = base::days_from_civil(here.year, here.month, here.day);
  const auto weekday = static_cast<unsigned>((to + 4) % 7);
  switch (calendar.period) {
    case Period::hourly:
      return here.hour != then.hour || to != from;
    case Period::daily:
      return to > from;
    case Period::weekly:
      return to - from >= 7 || (to > from && weekday == calendar.weekday);
    case Period::monthly:
      return here.year * 12 + static_cast<int>(here.month) > then.year * 12 + static_cast<int>(then.month);
    case Period::yearly:
      return here.year > then.year;
    default:
      return false;
  }
}

inline base::Timestamp next_boundary_twin(const Calendar& calendar, base::Timestamp last, const base::Zone& zone) {
  constexpr std::int64_t kMinute = 60'000'000'000;
  base::Timestamp now{last.ns / kMinute * kMinute + kMinute};
  while (!period_is_over(calendar, last, now, zone)) now.ns += kMinute;
  return now;
}

}  // namespace longshore::rotator
