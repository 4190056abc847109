#include "shipper/event/held_event.hpp"

#include <cstring>

namespace longshore::shipper {
namespace {

bool inside(Slice inner, Slice outer) { return inner.offset >= outer.offset && inner.end() <= outer.end(); }

// Calls visit(slice) -> slice for every slice of the event but frame and message.
template <class Visit>
void change_details(Event& event, Visit visit) {
  event.structured_data = visit(event.structured_data);
  event.fields = visit(event.fields);
  event.set_host(visit(event.host()));
  event.set_app(visit(event.app()));
  event.set_procid(visit(event.procid()));
  event.set_msgid(visit(event.msgid()));
}

}  // namespace

void HeldEvent::take(const Arena& arena, const Event& from) {
  event_ = from;
  empty_ = false;
  bytes_.clear();
  const auto append = [&](Slice slice) {
    const Slice copy{static_cast<std::uint32_t>(bytes_.size()), slice.size};
    bytes_.append(arena.view(slice));
    return copy;
  };
  // Details that lie outside the frame, then the frame; the message comes last, so that it can be made longer in place.
  std::uint32_t outside = 0;
  change_details(event_, [&](Slice slice) {
    if (!inside(slice, from.frame)) outside += slice.size;
    return slice;
  });
  const std::uint32_t shift = outside - from.frame.offset;  // modulo 2^32
  change_details(event_, [&](Slice slice) {
    return inside(slice, from.frame) ? Slice{slice.offset + shift, slice.size} : append(slice);
  });
  event_.frame = append(from.frame);
  const bool tail = inside(from.message, from.frame) && from.message.end() == from.frame.end();
  event_.message = tail ? Slice{from.message.offset + shift, from.message.size} : append(from.message);
}

void HeldEvent::extend(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  if (event_.frame.end() == event_.message.end()) event_.frame.size += size;
  event_.message.size += size;
  bytes_.append(text);
}

void HeldEvent::add_field(FieldKind kind, std::string_view key, std::string_view value) {
  Arena packed;
  packed.append(view(event_.fields));
  append_field(packed, kind, key, value);
  event_.fields = {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(packed.size())};
  bytes_.append(packed.view());
}

Event HeldEvent::release(Arena& arena) {
  const std::uint32_t base = arena.append(bytes_).offset;
  Event event = event_;
  const auto shifted = [base](Slice slice) { return Slice{slice.offset + base, slice.size}; };
  change_details(event, shifted);
  event.frame = shifted(event.frame);
  event.message = shifted(event.message);
  bytes_.clear();
  empty_ = true;
  return event;
}

std::string HeldEvent::save() const {
  std::string saved(sizeof(Event), '\0');
  std::memcpy(saved.data(), &event_, sizeof(Event));
  return saved + bytes_;
}

bool HeldEvent::restore(std::string_view saved) {
  if (saved.size() < sizeof(Event)) return false;
  Event event;
  std::memcpy(&event, saved.data(), sizeof(Event));
  saved.remove_prefix(sizeof(Event));
  for (const Slice slice : {event.frame, event.message, event.structured_data, event.fields, event.host(), event.app(),
                            event.procid(), event.msgid()})
    if (std::uint64_t{slice.offset} + slice.size > saved.size()) return false;
  if (event.message.end() != saved.size() || event.format > Format::line) return false;
  event_ = event;
  bytes_ = saved;
  empty_ = false;
  return true;
}

}  // namespace longshore::shipper
