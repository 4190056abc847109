#include "shipper/docker/gelf_chunks.hpp"

#include <cstring>

namespace longshore::shipper {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kMaxChunks = 128;
constexpr std::size_t kOverhead = 64;  // what a chunk costs beside its bytes

}  // namespace

std::string_view GelfChunks::add(std::string_view chunk, base::Timestamp now, DropCounter& lost) {
  expire(now, lost);
  const auto number = [chunk](std::size_t i) { return static_cast<unsigned char>(chunk[i]); };
  if (chunk.size() < kHeader || !is_chunk(chunk) || number(11) == 0 || number(11) > kMaxChunks || number(10) >= number(11)) {
    lost.drop("gelf_bad_chunk");
    return {};
  }
  const std::size_t sequence = number(10), count = number(11);
  std::uint64_t id = 0;
  std::memcpy(&id, chunk.data() + 2, sizeof(id));
  chunk.remove_prefix(kHeader);

  auto known = by_id_.find(id);
  if (known == by_id_.end()) {
    messages_.push_back({.id = id, .deadline = now + limits_.timeout, .missing = count, .chunks = {}, .seen = {}});
    messages_.back().chunks.resize(count);
    known = by_id_.emplace(id, std::prev(messages_.end())).first;
    add_held(messages_.back(), count * kOverhead);
  }
  Message& message = *known->second;
  if (message.chunks.size() != count) {
    lost.drop("gelf_bad_chunk");
    return {};
  }
  if (message.seen[sequence]) return {};
  message.seen.set(sequence);
  message.chunks[sequence] = chunk;
  add_held(message, chunk.size());
  if (--message.missing == 0) {
    complete_.clear();
    for (const std::string& part : message.chunks) complete_ += part;
    forget(known->second);
    return complete_;
  }
  while (messages_.size() > limits_.max_messages || held_bytes_ > limits_.max_bytes) {
    lost.drop("gelf_incomplete");
    forget(messages_.begin());
  }
  return {};
}

void GelfChunks::expire(base::Timestamp now, DropCounter& lost) {
  while (!messages_.empty() && messages_.front().deadline <= now) {
    lost.drop("gelf_incomplete");
    forget(messages_.begin());
  }
}

base::Timestamp GelfChunks::next_deadline() const { return messages_.empty() ? base::kNever : messages_.front().deadline; }

void GelfChunks::add_held(Message& message, std::size_t bytes) {
  message.bytes += bytes;
  held_bytes_ += bytes;
}

void GelfChunks::forget(Messages::iterator message) {
  held_bytes_ -= message->bytes;
  by_id_.erase(message->id);
  messages_.erase(message);
}

}  // namespace longshore::shipper
