// All that a syslog message says, as text: what the parser under test, its twin and the tables of expectations have in
// common.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

// A member that is not given is nil: what is not expected must not be there.
struct SyslogFields {
  int priority = kNoPriority;
  Format format = Format::rfc3164;
  std::string time = {};  // RFC 3339; empty: the message has none, so that the time of receipt stands in
  std::string host = {}, app = {}, procid = {}, msgid = {}, data = {}, message = {};
  unsigned flags = 0;  // without kHasTime, which `time` tells

  friend bool operator==(const SyslogFields&, const SyslogFields&) = default;
  friend std::ostream& operator<<(std::ostream& out, const SyslogFields& f) {
    return out << "\n  priority " << f.priority << " format " << int{static_cast<std::uint8_t>(f.format)} << " flags "
               << f.flags << "\n  time     " << f.time << "\n  host     " << f.host << "\n  app      " << f.app
               << "\n  procid   " << f.procid << "\n  msgid    " << f.msgid << "\n  data     " << f.data << "\n  message  "
               << f.message << '\n';
  }
};

// "…00Z" or "…00.003Z": as many digits as it needs.
inline std::string time_text(base::Timestamp time) {
  std::string text = base::format_rfc3339(time, 9);
  text.pop_back();
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + 'Z';
}

inline SyslogFields fields_of(const Batch& batch, const Event& event) {
  const auto text = [&](Slice slice) { return std::string(batch.text(slice)); };
  const bool has_time = (event.flags & flag::kHasTime) != 0;
  return {.priority = event.priority,
          .format = event.format,
          .time = has_time ? time_text({event.time_ns}) : "",
          .host = text(event.host()),
          .app = text(event.app()),
          .procid = text(event.procid()),
          .msgid = text(event.msgid()),
          .data = text(event.structured_data),
          .message = text(event.message),
          .flags = event.flags & ~unsigned{flag::kHasTime}};
}

}  // namespace longshore::shipper
