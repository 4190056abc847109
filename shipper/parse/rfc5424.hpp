// RFC 5424 §6, behind the priority.
#pragma once

#include "shipper/event/event.hpp"
#include "shipper/parse/cursor.hpp"

namespace longshore::shipper {

struct SyslogContext;

// True, and `event` filled, if what follows the priority is a version and the five header fields; a bad date is then no reason to
// refuse, nor is structured data that breaks §6.3: it becomes part of the message, flagged kBadData. False leaves both as they were.
bool parse_rfc5424(Cursor& in, Event& event, SyslogContext& context);

// True and `time` set if the cursor stands at an RFC 3339 date and time (§6.2.3, and a blank or a comma as some write it); takes it.
bool read_rfc3339(Cursor& in, std::int64_t& time_ns, SyslogContext& context, bool& has_zone);

}  // namespace longshore::shipper
