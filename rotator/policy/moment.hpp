// A point in time, and what a wall clock here shows at it: logrotate decides and names by the wall clock. Handed in.
#pragma once

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

struct Moment {
  base::Timestamp at;
  base::Civil local;
};

// 0 Sunday … 6 Saturday.
unsigned weekday_of(const base::Civil& date);
// Of the date alone, since 1970-01-01.
std::int64_t day_number(const base::Civil& date);
// The wall clock as seconds, as if it were UTC: for differences of readings.
std::int64_t wall_seconds(const base::Civil& time);
// Some days earlier (or later), the time of day as it is.
base::Civil shifted_by_days(const base::Civil& time, int days);
// "2026-11-27 05:49".
std::string minute_text(const base::Civil& time);

}  // namespace longshore::rotator
