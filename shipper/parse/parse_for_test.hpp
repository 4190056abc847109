// One frame in, all that must come out of it: the lines of the scoreboard. The slow twin has to agree on each. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/parse/syslog.hpp"
#include "tests/oracles/syslog_fields.hpp"
#include "tests/oracles/syslog_twin.hpp"

namespace longshore::shipper {

inline SyslogContext context_at(std::string_view now = "2026-11-23T12:00:00Z") {
  SyslogContext context;
  context.now = base::parse_rfc3339(now).value();
  return context;
}

// Parses `frame` alone in an arena of its size, so that AddressSanitizer sees a step past the end, and checks what holds of
// every event: its parts lie in the frame, the message is the frame's tail, a time that was not read is that of receipt.
inline SyslogFields parse_fields(std::string_view frame, SyslogContext context = context_at(), bool truncated = false) {
  Batch batch;
  batch.arena = Arena(frame.size());
  parse_syslog(batch, batch.arena.append(frame), truncated, context);
  EXPECT_EQ(batch.events.size(), 1u);
  EXPECT_EQ(batch.arena.view(), frame);
  const Event& event = batch.events.at(0);
  EXPECT_EQ(batch.text(event.frame), frame);
  EXPECT_EQ(event.message.end(), frame.size());
  if ((event.flags & flag::kHasTime) == 0) {
    EXPECT_EQ(event.time_ns, context.now.ns);
  }
  for (const Slice part : {event.message, event.structured_data, event.host(), event.app(), event.procid(), event.msgid()})
    EXPECT_LE(part.end(), frame.size());
  SyslogFields fields = fields_of(batch, event);
  SyslogFields twin = syslog_twin(frame, context.now, context.zone);
  if (truncated) twin.flags |= flag::kTruncated;
  EXPECT_EQ(fields, twin) << frame;
  return fields;
}

struct Line {
  std::string_view frame;
  SyslogFields expected;
};

template <std::size_t N>
void expect_lines(const Line (&lines)[N], const SyslogContext& context = context_at()) {
  for (const Line& line : lines) EXPECT_EQ(parse_fields(line.frame, context), line.expected) << line.frame;
}

}  // namespace longshore::shipper
