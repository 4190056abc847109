#include "shipper/transform/compact.hpp"

#include <algorithm>
#include <array>

namespace longshore::shipper {
namespace {

// Copies slices once each; a slice inside one that was copied stays inside it.
class Mover {
 public:
  Mover(const Batch& batch, std::uint32_t begin, Arena& scratch) : batch_(batch), begin_(begin), scratch_(scratch) {}

  Slice move(Slice slice) {
    if (slice.empty() || slice.offset < begin_) return slice;
    for (const auto& [from, to] : moved_)
      if (slice.offset >= from.offset && slice.end() <= from.end()) return {slice.offset - from.offset + to, slice.size};
    const std::uint32_t to = begin_ + scratch_.append(batch_.text(slice)).offset;
    moved_[next_++ % moved_.size()] = {slice, to};
    return {to, slice.size};
  }

 private:
  struct Moved {
    Slice from;
    std::uint32_t to = 0;
  };
  const Batch& batch_;
  std::uint32_t begin_;
  Arena& scratch_;
  std::array<Moved, 8> moved_{};  // enough for an event, and for the fields it shares with the one before
  std::size_t next_ = 0;
};

}  // namespace

std::uint32_t begin_of(const Batch& batch, std::size_t first) {
  auto begin = static_cast<std::uint32_t>(batch.arena.size());
  for (std::size_t i = first; i < batch.events.size(); ++i)
    if (!batch.events[i].frame.empty()) begin = std::min(begin, batch.events[i].frame.offset);
  return begin;
}

void compact(Batch& batch, std::size_t first, std::uint32_t begin, Arena& scratch) {
  scratch.clear();
  Mover mover(batch, begin, scratch);
  for (std::size_t i = first; i < batch.events.size(); ++i) {
    Event& event = batch.events[i];
    event.frame = mover.move(event.frame);
    event.message = mover.move(event.message);
    event.fields = mover.move(event.fields);
    event.structured_data = mover.move(event.structured_data);
    event.set_host(mover.move(event.host()));
    event.set_app(mover.move(event.app()));
    event.set_procid(mover.move(event.procid()));
    event.set_msgid(mover.move(event.msgid()));
  }
  batch.arena.truncate(begin);
  batch.arena.append(scratch.view());
}

}  // namespace longshore::shipper
