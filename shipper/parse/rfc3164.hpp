// RFC 3164 §4.1 behind the priority, and its relatives: Cisco's many forms, ESXi, AIX, Docker's form without a host, dates
// in RFC 3339, with a year, with milliseconds, or none at all.
#pragma once

#include "shipper/event/event.hpp"
#include "shipper/parse/cursor.hpp"

namespace longshore::shipper {

struct SyslogContext;

// True, and `event` filled, if a date was found, or (where there was a priority) a tag. False leaves both as they were.
bool parse_rfc3164(Cursor& in, Event& event, SyslogContext& context, bool has_priority);

}  // namespace longshore::shipper
