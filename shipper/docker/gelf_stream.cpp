#include "shipper/docker/gelf_stream.hpp"

#include <algorithm>
#include <utility>

namespace longshore::shipper {

void GelfStream::begin(Batch& batch) {
  batch.arena.append(rest_);
  rest_.clear();
}

void GelfStream::feed(Batch& batch, Slice bytes, base::Timestamp now) {
  std::string_view text = batch.text(bytes);
  if (!decided_) {
    const std::size_t first = text.find_first_of(std::string_view("\0\n", 2));
    decided_ = first != std::string_view::npos;
    if (decided_) end_ = text[first];
  }
  // The incomplete rest goes first: decoding appends to the arena.
  const std::size_t last = decided_ ? text.rfind(end_) : std::string_view::npos;
  const std::size_t complete = last == std::string_view::npos ? 0 : last + 1;
  rest_.assign(text.substr(complete));
  batch.arena.truncate(bytes.offset + complete);

  for (std::uint32_t start = bytes.offset, end = bytes.offset + static_cast<std::uint32_t>(complete); start < end;) {
    const auto size = static_cast<std::uint32_t>(batch.arena.view({start, end - start}).find(end_));
    if (!std::exchange(skipping_, false)) take(batch, {start, size}, now);
    start += size + 1;
  }
  if (skipping_) {
    rest_.clear();
  } else if (rest_.size() > max_message_) {
    take(batch, batch.arena.append(rest_), now);
    rest_.clear();
    skipping_ = true;
  }
}

void GelfStream::finish(Batch& batch, base::Timestamp now) {
  if (!rest_.empty()) take(batch, batch.arena.append(rest_), now);
  rest_.clear();
}

void GelfStream::take(Batch& batch, Slice message, base::Timestamp now) {
  if (message.empty()) return;
  const bool cut = message.size > max_message_;
  message.size = static_cast<std::uint32_t>(std::min<std::size_t>(message.size, max_message_));
  Event& event = decoder_.decode(batch, message, now);
  if (cut) event.flags |= flag::kTruncated;
}

}  // namespace longshore::shipper
