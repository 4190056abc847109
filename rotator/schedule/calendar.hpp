// The moments at which a log is rotated by the clock. Calendar periods begin at their boundary on the wall clock of a zone,
// as logrotate has them (midnight, the weekday, the day of the month); seconds and minutes are pauses since the last
// rotation. Pure.
#pragma once

#include <string>

#include "common/base/timestamp.hpp"
#include "common/base/zone.hpp"

namespace longshore::rotator {

enum class Period { none, seconds, minutes, hourly, daily, weekly, monthly, yearly };

struct Calendar {
  Period period = Period::none;
  unsigned count = 1;    // of seconds or minutes
  unsigned weekday = 0;  // of weekly: 0 Sunday to 6; 7: seven days after the last rotation, whatever the weekday
  unsigned day = 1;      // of monthly: 1 to 31; the last day of a shorter month stands in for what it lacks
};

// "daily", "every 30 seconds", "weekly on Sunday" …
std::string calendar_text(const Calendar& calendar);

// The first boundary after `last`; kNever for Period::none. Where a clock is set forward past a boundary, the boundary is at
// the change; where it is set back, a boundary that comes twice counts once.
base::Timestamp next_boundary(const Calendar& calendar, base::Timestamp last, const base::Zone& zone);

// How long a period is, about: a rotation by size shortly before a boundary stands in for the one at the boundary.
base::Duration period_length(const Calendar& calendar);

}  // namespace longshore::rotator
