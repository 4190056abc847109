// Any frames (one a line) are read as the slow twin reads them, also when caches are warm, and lie in the arena with all
// their parts.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "shipper/parse/syslog.hpp"
#include "tests/oracles/syslog_twin.hpp"

namespace {

using namespace longshore;
using namespace longshore::shipper;

void check(std::string_view frame, SyslogContext& context) {
  Batch batch;
  batch.arena = Arena(frame.size());  // no spare room: a step past the end is seen
  parse_syslog(batch, batch.arena.append(frame), false, context);
  if (batch.events.size() != 1 || batch.arena.view() != frame) std::abort();
  const Event& event = batch.events[0];
  if (event.message.end() != frame.size()) std::abort();
  for (const Slice part : {event.structured_data, event.host(), event.app(), event.procid(), event.msgid()})
    if (std::uint64_t{part.offset} + part.size > event.message.offset && part.size > 0) std::abort();
  const SyslogFields fields = fields_of(batch, event), twin = syslog_twin(frame, context.now, context.zone);
  if (fields == twin) return;
  std::cerr << frame << fields << twin;
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SyslogContext context;
  context.now = {1'795'435'200'000'000'000};  // 2026-11-23T12:00:00Z
  context.zone = base::Zone::from_offset("-03:30").value();
  std::string_view frames(reinterpret_cast<const char*>(data), size);
  while (!frames.empty()) {
    const std::string_view frame = frames.substr(0, frames.find('\n'));
    frames.remove_prefix(std::min(frame.size() + 1, frames.size()));
    for (int round = 0; round < 2; ++round) check(frame, context);
  }
  return 0;
}
