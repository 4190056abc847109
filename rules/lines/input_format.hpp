// How a line of text becomes an event.
#pragma once

#include <cstdint>

namespace longshore::rules {

enum class InputFormat : std::uint8_t {
  detect,   // each line for itself: one of those below
  raw,      // all of it is the message, and it carries no time
  rfc3164,  // syslog; both are read as shipper reads them: what a line is, it tells itself
  rfc5424,
  json,     // a JSON object: the message, with its members visible as json.*; its time is the member that is called so
  archive,  // what shipper's archive holds, and `shipper spool cat` prints: the event that it was
};

}  // namespace longshore::rules
