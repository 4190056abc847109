// From a syslog frame to an event: RFC 5424, RFC 3164 and what real senders make of them. Total: every frame becomes exactly
// one event; one that fits no grammar is raw, with the whole frame as its message. docs/formats/syslog.md lists the
// oddities.
#pragma once

#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "common/base/zone.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/parse/bsd_date.hpp"
#include "shipper/parse/second_cache.hpp"

namespace longshore::shipper {

// What a listener knows beside the bytes. One for each source or connection; kept between frames.
struct SyslogContext {
  base::Timestamp now;                  // of receipt; set before each read
  std::string peer;                     // stands for a host that the message does not name; may be empty
  base::Zone zone = base::Zone::utc();  // in which RFC 3164 dates are meant
  SecondCache seconds;
  BsdDateCache bsd_date;
};

// Appends one event to batch.events. `frame` lies in the batch's arena and is not empty. May append to the arena.
void parse_syslog(Batch& batch, Slice frame, bool truncated, SyslogContext& context);

}  // namespace longshore::shipper
