// Events from plain text, and what became of them. Test code only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/event/batch.hpp"

namespace longshore::shipper {

inline constexpr base::Timestamp kNow{1'795'405'332'000'000'000};  // 2026-11-23T03:42:12Z

// As an RFC 3164 line is parsed: the message is the frame's tail. priority 14: user.info.
inline Event& add_event(Batch& batch, std::string_view message, std::string_view host = "web1",
                        std::string_view app = "app") {
  Event event;
  const std::string head = "<14>Nov 23 03:42:12 " + std::string(host) + " " + std::string(app) + ": ";
  event.frame = batch.arena.append(head + std::string(message));
  const auto size = [](std::string_view text) { return static_cast<std::uint32_t>(text.size()); };
  event.message = {event.frame.offset + size(head), size(message)};
  event.set_host({event.frame.offset + 20, size(host)});
  event.set_app({event.frame.offset + 21 + size(host), size(app)});
  event.time_ns = kNow.ns;
  event.priority = 14;
  event.format = Format::rfc3164;
  return batch.events.emplace_back(event);
}

inline void add_fields(Batch& batch, Event& event, const std::vector<Field>& fields) {
  const auto start = static_cast<std::uint32_t>(batch.arena.size());
  for (const Field& field : fields) append_field(batch.arena, field.kind, field.key, field.value);
  event.fields = {start, static_cast<std::uint32_t>(batch.arena.size()) - start};
}

inline std::vector<std::string> messages_of(const Batch& batch) {
  std::vector<std::string> all;
  for (const Event& event : batch.events) all.emplace_back(batch.text(event.message));
  return all;
}

// JSON values stand in the map as they are, texts in quotes.
inline std::map<std::string, std::string> fields_of(const Batch& batch, const Event& event) {
  std::map<std::string, std::string> all;
  FieldReader reader(batch.text(event.fields));
  for (Field field; reader.next(field);)
    all[std::string(field.key)] =
        field.kind == FieldKind::json ? std::string(field.value) : "'" + std::string(field.value) + "'";
  return all;
}

}  // namespace longshore::shipper
