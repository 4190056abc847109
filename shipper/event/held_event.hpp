// An event taken out of its batch, with the bytes it refers to, to be put into a later one: a piece that waits for the rest
// of its line, a storm's summary.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shipper/event/batch.hpp"
#include "shipper/event/event.hpp"

namespace longshore::shipper {

class HeldEvent {
 public:
  void take(const Arena& arena, const Event& from);
  bool empty() const { return empty_; }
  std::size_t size() const { return bytes_.size(); }
  std::string_view message() const& { return view(event_.message); }
  void add_flags(std::uint16_t flags) { event_.flags |= flags; }

  // Makes the message longer, and the frame with it if the message is its tail.
  void extend(std::string_view text);
  // Appends one field.
  void add_field(FieldKind kind, std::string_view key, std::string_view value);
  // Puts the bytes back and returns the event that refers to them; this is empty afterwards. Event::source is the caller's.
  Event release(Arena& arena);

  // As bytes that outlive the process, and back; false if `saved` is damaged.
  std::string save() const;
  bool restore(std::string_view saved);

 private:
  std::string_view view(Slice slice) const { return std::string_view(bytes_).substr(slice.offset, slice.size); }

  Event event_;  // its slices point into bytes_
  std::string bytes_;
  bool empty_ = true;
};

}  // namespace longshore::shipper
