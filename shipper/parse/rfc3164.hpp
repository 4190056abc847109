// RFC 3164 §4.1 behind the priority, and its relatives: Cisco IOS, ESXi, Docker's host-less form, dates in RFC 3339, with a year,
// with milliseconds, or none at all.
#pragma once

#include "common/base/timestamp.hpp"
#include "shipper/event/event.hpp"
#include "shipper/parse/cursor.hpp"

namespace longshore::shipper {

struct SyslogContext;

// True, and `event` filled, if a date was found, or (where there was a priority) a tag. False leaves both as they were.
bool parse_rfc3164(Cursor& in, Event& event, SyslogContext& context, bool has_priority);

// The year that puts a date without one nearest to `now`: a message of 31 December that is read on 1 January is of last year.
int nearest_year(base::Civil date, base::Timestamp now);

}  // namespace longshore::shipper
