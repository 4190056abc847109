#include "shipper/parse/syslog.hpp"

#include <algorithm>

#include "shipper/parse/cursor.hpp"
#include "shipper/parse/rfc3164.hpp"
#include "shipper/parse/rfc5424.hpp"
#include "shipper/parse/text_check.hpp"

namespace longshore::shipper {
namespace {

// "<0>" to "<191>" (RFC 5424 §6.2.1). False, and nothing taken, for anything else.
bool read_priority(Cursor& in, std::uint8_t& priority) {
  if (in.peek() != '<') return false;
  const char* const p = in.data();
  const std::uint32_t most = std::min(in.left(), 4u);
  unsigned value = 0;
  std::uint32_t i = 1;
  for (; i < most && is_digit(p[i]); ++i) value = value * 10 + static_cast<unsigned>(p[i] - '0');
  if (i == 1 || in.peek(i) != '>' || value > 191) return false;
  in.skip(i + 1);
  priority = static_cast<std::uint8_t>(value);
  return true;
}

void set_peer_as_host(Batch& batch, Event& event, const SyslogContext& context) {
  if (event.host_size == 0 && !context.peer.empty()) event.set_host(batch.arena.append(context.peer));
}

}  // namespace

void parse_syslog(Batch& batch, Slice frame, bool truncated, SyslogContext& context) {
  Event& event = batch.events.emplace_back();
  event.frame = frame;
  event.message = frame;
  event.time_ns = context.now.ns;
  if (truncated) event.flags |= flag::kTruncated;
  if (!is_utf8(batch.text(frame))) event.flags |= flag::kNotUtf8;

  Cursor in(batch.arena.data(), frame);
  bool has_priority = read_priority(in, event.priority);
  if (!has_priority) {  // some begin with a byte order mark or blanks
    skip_byte_order_mark(in);
    in.skip_blanks();
    has_priority = read_priority(in, event.priority);
  }
  // A frame that only looks like syslog up to its priority keeps that; without one, its date must be beyond doubt.
  if (!(has_priority && parse_rfc5424(in, event, context)) && !parse_rfc3164(in, event, context, has_priority) &&
      has_priority) {
    event.format = Format::rfc3164;
    event.message = in.rest();
  }
  set_peer_as_host(batch, event, context);
}

}  // namespace longshore::shipper
