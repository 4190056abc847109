#include "rotator/schedule/decision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/bytes.hpp"

namespace longshore::rotator {
namespace {

using base::Timestamp;

std::string size_text(std::uint64_t bytes) { return base::format_bytes({bytes}); }

// The boundary at which the calendar rotates next. Where sizes rotate too, one that follows a rotation within a tenth of the
// period is let pass: it would cut an archive in two for nothing.
Timestamp due(const Triggers& triggers, Timestamp last, const base::Zone& zone) {
  const Timestamp first = next_boundary(triggers.calendar, last, zone);
  const bool soon = triggers.max_size && triggers.calendar.period >= Period::hourly &&
                    first - last < period_length(triggers.calendar) / 10;
  return soon ? next_boundary(triggers.calendar, first, zone) : first;
}

}  // namespace

Triggers triggers_of(const Policy& policy) {
  Triggers triggers{.calendar = {},
                    .size = {},
                    .max_size = policy.max_size,
                    .min_size = policy.min_size.value_or(0),
                    .min_age = std::chrono::hours(24) * policy.min_age_days,
                    .if_empty = policy.if_empty};
  Calendar& calendar = triggers.calendar;
  switch (policy.criterion) {
    case Criterion::size:
      triggers.size = policy.size;
      break;
    case Criterion::interval:
      calendar.period = Period::seconds;
      calendar.count = static_cast<unsigned>(std::max<std::int64_t>(1, policy.interval / std::chrono::seconds(1)));
      break;
    case Criterion::hourly:
      calendar.period = Period::hourly;
      break;
    case Criterion::daily:
      calendar.period = Period::daily;
      break;
    case Criterion::weekly:
      calendar.period = Period::weekly;
      calendar.weekday = policy.weekday;
      break;
    case Criterion::monthly:
      calendar.period = Period::monthly;
      calendar.day = std::max(policy.month_day, 1U);
      break;
    case Criterion::yearly:
      calendar.period = Period::yearly;
      break;
  }
  return triggers;
}

std::optional<std::uint64_t> size_limit(const Triggers& triggers) {
  return triggers.size ? triggers.size : triggers.max_size;
}

Decision decide(const Triggers& triggers, const LogFacts& facts, Timestamp now, const base::Zone& zone) {
  if (facts.bytes == 0 && !triggers.if_empty) return {RotationReason::none, base::kNever, "it is empty"};
  const Timestamp rest_until = facts.modified + triggers.min_age;
  if (triggers.min_age.count() > 0 && now < rest_until)
    return {RotationReason::none, rest_until,
            fmt::format("written to less than {} ago", base::format_duration(triggers.min_age))};
  if (triggers.size) {
    if (facts.bytes >= *triggers.size)
      return {RotationReason::size, now,
              fmt::format("{} has reached size {}", size_text(facts.bytes), size_text(*triggers.size))};
    return {RotationReason::none, base::kNever,
            fmt::format("{} of size {}", size_text(facts.bytes), size_text(*triggers.size))};
  }
  if (triggers.max_size && facts.bytes >= *triggers.max_size)
    return {RotationReason::max_size, now,
            fmt::format("{} has reached maxsize {}", size_text(facts.bytes), size_text(*triggers.max_size))};
  if (facts.bytes < triggers.min_size)
    return {RotationReason::none, base::kNever,
            fmt::format("{} of minsize {}", size_text(facts.bytes), size_text(triggers.min_size))};
  if (triggers.calendar.period == Period::none)
    return {RotationReason::none, base::kNever, "nothing but its size rotates it"};
  // More than any zone can explain: the clock was wrong then or is now, and to wait for that day could be for ever.
  if (facts.last_rotation - now > std::chrono::hours(25))
    return {RotationReason::clock_set_back, now,
            fmt::format("last rotated at {}, which is to come", base::format_rfc3339(facts.last_rotation, 0))};
  const Timestamp next = due(triggers, facts.last_rotation, zone);
  if (now >= next)
    return {RotationReason::calendar, now,
            fmt::format("{}: due since {}", calendar_text(triggers.calendar), base::format_rfc3339(next, 0))};
  return {RotationReason::none, next,
          fmt::format("{}: due at {}", calendar_text(triggers.calendar), base::format_rfc3339(next, 0))};
}

}  // namespace longshore::rotator
