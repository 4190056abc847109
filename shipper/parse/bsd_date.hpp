// "Mmm dd hh:mm:ss" as BSD wrote it (RFC 3164 §4.1.2), and what others made of it: a year before the month, behind the day
// or behind the time; one-digit days and hours; any case; a fraction; the name of a time zone.
#pragma once

#include <cstdint>

#include "common/base/timestamp.hpp"
#include "shipper/parse/cursor.hpp"

namespace longshore::shipper {

struct SyslogContext;

// Most messages carry the same second as the one before: the text of the last date, and what it meant.
struct BsdDateCache {
  static constexpr std::uint32_t kSize = 15;  // "Nov 23 03:42:12"
  char text[kSize + 1] = {};
  bool valid = false;
  base::Civil date;      // its year is the one nearest to some `now`
  base::Timestamp time;  // UTC
};

// True and `time_ns` set if the cursor stands at such a date; takes it. False takes nothing.
bool read_bsd_date(Cursor& in, std::int64_t& time_ns, SyslogContext& context);

// The year that puts a date without one nearest to `now`: a message of 31 December that is read on 1 January is of last
// year.
int nearest_year(base::Civil date, base::Timestamp now);

}  // namespace longshore::shipper
