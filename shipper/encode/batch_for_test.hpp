// Batches for tests of encoders and sinks: events from plain text, in one call each. Test code only.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/event/batch.hpp"

namespace longshore::shipper {

struct EventText {
  std::string message = {};
  std::string host = {}, app = {}, pid = {}, msgid = {}, structured_data = {};
  std::vector<Field> fields = {};
  std::uint8_t priority = kNoPriority;
  std::uint16_t flags = 0;
  Format format = Format::rfc5424;
  std::int64_t time_ns = 1'795'405'332'123'456'000;  // 2026-11-23T03:42:12.123456Z
};

// Appends the event; its frame is its message.
inline Event& add_event(Batch& batch, const EventText& text, const SourceInfo& source = {.name = "test", .tags = {}}) {
  const auto slice = [&batch](std::string_view bytes) { return bytes.empty() ? Slice{} : batch.arena.append(bytes); };
  Event event;
  event.time_ns = text.time_ns;
  event.frame = event.message = slice(text.message);
  event.set_host(slice(text.host));
  event.set_app(slice(text.app));
  event.set_procid(slice(text.pid));
  event.set_msgid(slice(text.msgid));
  event.structured_data = slice(text.structured_data);
  if (!text.fields.empty()) {
    event.fields.offset = static_cast<std::uint32_t>(batch.arena.size());
    for (const Field& field : text.fields) append_field(batch.arena, field.kind, field.key, field.value);
    event.fields.size = static_cast<std::uint32_t>(batch.arena.size()) - event.fields.offset;
  }
  event.priority = text.priority;
  event.flags = text.flags;
  event.format = text.format;
  event.source = batch.source_index(source);
  return batch.events.emplace_back(event);
}

}  // namespace longshore::shipper
