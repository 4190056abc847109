#include "shipper/spool/spool_index.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

std::uint64_t weight(const Batch& batch) { return batch.arena.capacity() + batch.events.capacity() * sizeof(Event); }

}  // namespace

SpoolIndex::SpoolIndex(Recovered recovered, std::uint64_t memory_limit)
    : memory_limit_(memory_limit),
      segments_(std::move(recovered.segments)),
      snapshot_segment_(recovered.snapshot_segment),
      visible_seq_(recovered.next_seq),
      checkpoints_(std::move(recovered.checkpoints)) {
  stats_.torn_bytes = recovered.torn_bytes;
  stats_.lost_cursors = recovered.lost_cursors;
}

void SpoolIndex::add_segment(SegmentName name) {
  const std::lock_guard lock(mutex_);
  segments_[name.number] = {name.first_seq, 0};
  snapshot_segment_ = name.number;
}

void SpoolIndex::set_written(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  unpublished_ = size - segments_.rbegin()->second.size;
}

void SpoolIndex::publish(std::deque<PlacedBatch>&& batches, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  segments_.rbegin()->second.size = size;
  unpublished_ = 0;
  for (PlacedBatch& placed : batches) {
    for (const Checkpoint& checkpoint : placed.batch->checkpoints) {
      if (checkpoint.value.empty())
        checkpoints_.erase(checkpoint.key);
      else
        checkpoints_.insert_or_assign(checkpoint.key, checkpoint.value);
    }
    if (placed.batch->events.empty()) continue;
    visible_seq_ = placed.batch->end_seq();
    recent_bytes_ += weight(*placed.batch);
    recent_.push_back(std::move(placed));
  }
  trim_locked();
}

void SpoolIndex::set_reader(const void* reader, std::uint64_t seq) {
  const std::lock_guard lock(mutex_);
  readers_[reader] = seq;
}

SpoolIndex::Lookup SpoolIndex::find(const void* reader, std::uint64_t seq) {
  const std::lock_guard lock(mutex_);
  readers_[reader] = seq;
  trim_locked();
  if (seq >= visible_seq_) return {};
  if (recent_.empty() || seq < recent_.front().batch->first_seq) return {.batch = nullptr, .end = {}, .on_disk = true};
  const auto found = std::ranges::upper_bound(recent_, seq, {}, [](const PlacedBatch& p) { return p.batch->end_seq(); });
  return {.batch = found->batch, .end = found->end, .on_disk = false};
}

void SpoolIndex::forget_reader(const void* reader) {
  const std::lock_guard lock(mutex_);
  readers_.erase(reader);
}

// Memory holds what some reader has yet to take, the oldest beyond the limit excepted.
void SpoolIndex::trim_locked() {
  std::uint64_t needed = readers_.empty() ? 0 : visible_seq_;
  for (const auto& [reader, seq] : readers_) needed = std::min(needed, seq);
  while (!recent_.empty() && (recent_bytes_ > memory_limit_ || recent_.front().batch->end_seq() <= needed)) {
    recent_bytes_ -= weight(*recent_.front().batch);
    recent_.pop_front();
  }
}

std::optional<SpoolIndex::Segment> SpoolIndex::segment_at(std::uint32_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = segments_.lower_bound(number);
  if (found == segments_.end()) return {};
  const auto next = std::next(found);
  const bool newest = next == segments_.end();
  return Segment{.name = {found->first, found->second.first_seq},
                 .size = found->second.size,
                 .end_seq = newest ? ~std::uint64_t{0} : next->second.first_seq,
                 .newest = newest};
}

Position SpoolIndex::begin_of(std::uint64_t seq) const {
  const std::lock_guard lock(mutex_);
  Position begin;
  std::uint64_t begin_seq = 0;
  for (const auto& [number, segment] : segments_) {
    if (segment.first_seq > seq) break;
    if (segment.first_seq == begin_seq) continue;  // of several that begin there, the first
    begin = {number, 0};
    begin_seq = segment.first_seq;
  }
  return begin;
}

bool SpoolIndex::report_damage(std::uint32_t segment, std::uint64_t begin, std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  if (!damaged_.insert({segment, begin}).second) return false;
  ++stats_.corrupt_blocks;
  stats_.corrupt_bytes += end - begin;
  return true;
}

void SpoolIndex::report_gap(std::uint64_t begin, std::uint64_t end) {
  if (end - begin >= kUnknownGap) return;
  const std::lock_guard lock(mutex_);
  // Several readers meet the same gap, some in its middle.
  const auto [known, is_new] = gaps_.try_emplace(end, end);
  if (begin >= known->second) return;
  stats_.lost_events += known->second - begin;
  known->second = begin;
}

std::uint64_t SpoolIndex::first_seq() const {
  const std::lock_guard lock(mutex_);
  return first_seq_locked();
}
std::uint64_t SpoolIndex::first_seq_locked() const {
  return segments_.empty() ? visible_seq_ : segments_.begin()->second.first_seq;
}

std::uint64_t SpoolIndex::visible_seq() const {
  const std::lock_guard lock(mutex_);
  return visible_seq_;
}

void SpoolIndex::set_cursor(const std::string& sink, std::uint64_t seq) {
  const std::lock_guard lock(mutex_);
  cursors_[sink] = seq;
}

std::map<std::string, std::uint64_t> SpoolIndex::cursors() const {
  const std::lock_guard lock(mutex_);
  return cursors_;
}

std::uint64_t SpoolIndex::needed_seq() const {
  const std::lock_guard lock(mutex_);
  return needed_seq_locked();
}
std::uint64_t SpoolIndex::needed_seq_locked() const {
  std::uint64_t needed = cursors_.empty() ? 0 : visible_seq_;
  for (const auto& [sink, seq] : cursors_) needed = std::min(needed, seq);
  return needed;
}

std::vector<SegmentName> SpoolIndex::deletable() const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t needed = needed_seq_locked();
  std::vector<SegmentName> names;
  for (auto it = segments_.begin(); it != segments_.end() && it->first < snapshot_segment_; ++it) {
    const std::uint64_t first = it->second.first_seq, end = std::next(it)->second.first_seq;
    if (end <= needed || first == end) names.push_back({it->first, first});
  }
  return names;
}

bool SpoolIndex::all_taken() const {
  const std::lock_guard lock(mutex_);
  return !cursors_.empty() &&
         std::ranges::all_of(cursors_, [&](const auto& cursor) { return cursor.second >= visible_seq_; });
}

void SpoolIndex::removed(SegmentName segment) {
  const std::lock_guard lock(mutex_);
  segments_.erase(segment.number);
  damaged_.erase(damaged_.lower_bound({segment.number, 0}), damaged_.lower_bound({segment.number + 1, 0}));
}

std::map<std::string, std::string> SpoolIndex::checkpoints() const {
  const std::lock_guard lock(mutex_);
  return checkpoints_;
}

std::vector<Checkpoint> SpoolIndex::checkpoint_list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Checkpoint> list;
  list.reserve(checkpoints_.size());
  for (const auto& [key, value] : checkpoints_) list.push_back({key, value});
  return list;
}

std::uint64_t SpoolIndex::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_locked();
}
std::uint64_t SpoolIndex::bytes_locked() const {
  std::uint64_t total = unpublished_;
  for (const auto& [number, segment] : segments_) total += segment.size;
  return total;
}

SpoolStats SpoolIndex::stats() const {
  const std::lock_guard lock(mutex_);
  SpoolStats stats = stats_;
  stats.bytes = bytes_locked();
  stats.segments = segments_.size();
  stats.first_seq = first_seq_locked();
  stats.next_seq = visible_seq_;
  return stats;
}

}  // namespace longshore::shipper
