#include "rotator/policy/need.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longshore::rotator {
namespace {

bool same_day(const base::Civil& a, const base::Civil& b) { return day_number(a) == day_number(b); }
bool same_month(const base::Civil& a, const base::Civil& b) { return a.year == b.year && a.month == b.month; }

struct Due {
  bool due = false;
  const char* period = "";  // "an hour"
};

// By the calendar; the hour, at least, is another than that of the last rotation.
Due due_by_calendar(const Policy& policy, const base::Civil& last, const base::Civil& now) {
  const std::int64_t days = day_number(now) - day_number(last);
  switch (policy.criterion) {
    case Criterion::hourly:
      return {true, "an hour"};
    case Criterion::daily:
      return {!same_day(now, last), "a day"};
    case Criterion::weekly:
      return {days >= 7 || (days >= 1 && weekday_of(now) == policy.weekday), "a week"};
    case Criterion::monthly:
      if (policy.month_day != 0)
        return {days >= 31 || (days >= 1 && (now.day == policy.month_day ||
                                             (now.day < policy.month_day && shifted_by_days(now, 1).month != now.month))),
                "a month"};
      return {!same_month(now, last), "a month"};
    case Criterion::yearly:
      return {now.year != last.year, "a year"};
    case Criterion::size:
    case Criterion::interval:
      break;
  }
  return {};
}

Need by_time(const Policy& policy, const LogAtHand& log, const Moment& now) {
  const std::int64_t since = wall_seconds(now.local) - wall_seconds(log.last_rotated);
  if (since < -25 * 3'600)  // what a clock set back for winter, or a journey, cannot explain
    return {true, "last rotated in the future -- rotation forced", true};
  if (policy.criterion == Criterion::interval) {
    if (since >= std::chrono::duration_cast<std::chrono::seconds>(policy.interval).count())
      return {true, "the interval is over"};
    return {false, fmt::format("log has been rotated {} seconds ago, which is less than the interval", since)};
  }
  if (same_day(log.last_rotated, now.local) && log.last_rotated.hour == now.local.hour)
    return {false, "log has already been rotated"};
  const Due due = due_by_calendar(policy, log.last_rotated, now.local);
  if (!due.due)
    return {false,
            fmt::format("log has been rotated at {}, which is less than {} ago", minute_text(log.last_rotated), due.period)};
  if (policy.min_size && log.size < *policy.min_size)
    return {false, "'minsize' directive is used and the log size is smaller than the minsize value"};
  if (policy.min_age_days > 0 && now.at - log.modified <= std::chrono::hours(24) * policy.min_age_days)
    return {false, "'minage' directive is used and the log age is smaller than the minage days"};
  return {true, "it is time"};
}

}  // namespace

Need need_for_rotation(const Policy& policy, const LogAtHand& log, const Moment& now, bool forced) {
  Need need;
  if (forced) {
    need = {true, "forced"};
  } else if (policy.max_size && *policy.max_size > 0 && log.size > *policy.max_size) {
    need = {true, "log size is above the 'maxsize' value"};
  } else if (policy.criterion == Criterion::size) {
    need.rotate = log.size >= policy.size;
    need.reason = need.rotate ? "log size has reached the 'size' threshold" : "log size is below the 'size' threshold";
  } else {
    need = by_time(policy, log, now);
  }
  if (need.rotate && !policy.if_empty && log.size == 0) return {false, "log is empty", need.from_future};
  return need;
}

base::Timestamp likely_last_rotation(std::optional<base::Timestamp> born, base::Timestamp modified,
                                     const std::vector<base::Timestamp>& archives, base::Timestamp now) {
  // Without archives, no rotation is known: the period began with the oldest trace of the log.
  base::Timestamp last = born ? std::min(*born, modified) : modified;
  // With them: the youngest was written until the rotation, or a new log was made at it.
  for (const base::Timestamp archive : archives) last = std::max(last, archive);
  if (!archives.empty() && born) last = std::max(last, *born);
  return std::min(last, now);
}

}  // namespace longshore::rotator
