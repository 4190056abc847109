// An event taken out of its batch, with the bytes it refers to, to be put into a later one: a piece that waits for the rest
// of its line, a storm's summary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shipper/event/batch.hpp"
#include "shipper/event/event.hpp"

namespace longshore::shipper {

class HeldEvent {
 public:
  Event event;  // its slices point into the bytes held here

  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  std::string_view text(Slice slice) const& { return std::string_view(bytes_).substr(slice.offset, slice.size); }

  void take(const Batch& batch, const Event& from);
  // Makes the message longer, and the frame with it if the message is its tail.
  void extend(std::string_view text);
  // Appends the event to `batch` and is empty afterwards. `source` is the event's place in batch.sources.
  Event& release(Batch& batch);

 private:
  std::string bytes_;
};

}  // namespace longshore::shipper
