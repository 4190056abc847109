// RFC 5424 §6, behind the priority.
#pragma once

#include "shipper/event/event.hpp"
#include "shipper/parse/cursor.hpp"

namespace longshore::shipper {

struct SyslogContext;

// True, and `event` filled, if what follows the priority is a version and a date (or its nil, and then all header fields).
// From there on nothing is refused: a bad date is the time of receipt, an empty field is nil (syslog-ng writes it so),
// structured data that breaks §6.3 is part of the message; kBadData says so. False leaves both as they were.
bool parse_rfc5424(Cursor& in, Event& event, SyslogContext& context);

// True and `time_ns` set if the cursor stands at an RFC 3339 date and time (§6.2.3; also with a blank for the "T", a comma
// for the point, an offset without its colon or minutes, or no offset: then the context's zone holds); takes it.
bool read_rfc3339(Cursor& in, std::int64_t& time_ns, SyslogContext& context);

}  // namespace longshore::shipper
