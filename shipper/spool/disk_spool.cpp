#include "shipper/spool/disk_spool.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "shipper/spool/disk_reader.hpp"
#include "shipper/spool/file_names.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint64_t kLargestSegment = 1ULL << 30;  // offsets have 32 bits, and a block may be as large again

// What was recovered may so far be in the page cache only. It is shown to sinks and its checkpoints are written on, so it
// has to be on the disk before either. A plain fdatasync would not do: one may have failed before the last process died, and
// the kernel takes the pages for clean ever since. So they are written again, as they are.
base::Result<void> make_durable(base::FileSystem& file_system, const std::string& dir, const Recovered& recovered) {
  if (!recovered.segments.empty()) {
    const auto& [number, segment] = *recovered.segments.rbegin();
    TRY(file, file_system.open(dir + "/" + segment_file_name({number, segment.first_seq}), base::OpenMode::update));
    std::string chunk;
    for (std::uint64_t at = recovered.unsynced_from; at < segment.size; at += chunk.size()) {
      chunk.resize(std::min<std::uint64_t>(segment.size - at, 256 << 10));
      const auto count = file->read(at, chunk);
      if (!count || *count == 0) break;  // what cannot be read is not shown to anybody either
      chunk.resize(*count);
      const std::string_view bytes = chunk;
      TRY_VOID(file->write(at, std::span(&bytes, 1)));
    }
    TRY_VOID(file->sync());
  }
  return file_system.sync_directory(dir);
}

}  // namespace

base::Result<std::unique_ptr<Spool>> Spool::open(SpoolOptions options, base::FileSystem& file_system) {
  TRY_VOID(file_system.make_directories(options.dir));
  TRY(lock, file_system.lock(options.dir + "/" + std::string(kLockFile)));
  Quarantine quarantine(file_system, options.dir);
  TRY(recovered, recover(file_system, options.dir, quarantine));
  if (options.durability != Durability::none) TRY_VOID(make_durable(file_system, options.dir, recovered));
  return std::make_unique<DiskSpool>(std::move(options), file_system, std::move(lock), std::move(recovered));
}

DiskSpool::DiskSpool(SpoolOptions options, base::FileSystem& file_system, std::unique_ptr<base::File> lock,
                     Recovered recovered)
    : options_(std::move(options)),
      file_system_(file_system),
      lock_(std::move(lock)),
      // Only whole segments are deleted: there have to be several for room to come back bit by bit.
      segment_size_(std::min({options_.segment_size.value, options_.max_size.value / 4, kLargestSegment})),
      index_(recovered, options_.memory.value),
      quarantine_(file_system, options_.dir),
      next_segment_(recovered.next_segment),
      next_seq_(recovered.next_seq),
      builder_(options_.codec) {}

base::Result<void> DiskSpool::append(std::shared_ptr<Batch> batch) {
  if (!batch->events.empty() && batch->sources.empty())
    return base::fail(base::Code::invalid, "a batch with events names no source");
  if (suspect_) TRY_VOID(start_segment());
  if (batch->events.empty() && batch->checkpoints.empty()) {
    batch->first_seq = next_seq_;
    return {};
  }
  TRY_VOID(builder_.build(*batch));
  const std::uint64_t offset = active_ ? active_->size() : 0;
  const std::uint64_t size = builder_.size_at(offset);
  if (index_.bytes() + size > options_.max_size.value)
    return base::fail(base::Code::exhausted, "spool " + options_.dir + " has reached its max_size of " +
                                                 base::format_bytes(options_.max_size) + ": waiting for the sinks");
  if (!active_ || (offset > snapshot_end_ && offset + size > segment_size_)) {
    TRY_VOID(sync());
    TRY_VOID(start_segment());
  }
  auto written = active_->append(builder_, next_seq_);
  if (!written && written.error().code == base::Code::exhausted && drop_delivered())
    written = active_->append(builder_, next_seq_);
  if (!written) {
    suspect_ = written.error().code == base::Code::io;
    return written;
  }
  batch->first_seq = next_seq_;
  next_seq_ += batch->events.size();
  unsynced_.push_back({std::move(batch), {active_->name().number, active_->size()}});
  index_.set_written(active_->size());
  return {};
}

base::Result<void> DiskSpool::sync() {
  if (!suspect_ && unsynced_.empty()) return {};
  if (!suspect_ && options_.durability != Durability::none) suspect_ = !active_->sync();
  // After a failed fdatasync the kernel may have dropped the pages and will say so only once: write them again elsewhere.
  if (suspect_) return start_segment();
  publish();
  return {};
}

// Makes a new segment the active one, durable and with all that is not yet durable elsewhere. After an error the old one
// stays, and with it what the process has written to it.
base::Result<void> DiskSpool::start_segment() {
  const SegmentName name{next_segment_++, unsynced_.empty() ? next_seq_ : unsynced_.front().batch->first_seq};
  TRY(segment, SegmentWriter::create(file_system_, options_.dir, name));
  if (auto filled = fill(*segment); !filled) {
    segment->discard();
    return filled;
  }
  if (suspect_ && active_ && options_.durability != Durability::none)
    active_->cut(active_->synced());  // it is in the new one
  active_ = std::move(segment);
  suspect_ = false;
  index_.add_segment(name);
  publish();
  return {};
}

base::Result<void> DiskSpool::fill(SegmentWriter& segment) {
  BlockBuilder builder(options_.codec);
  Batch snapshot;
  snapshot.checkpoints = index_.checkpoint_list();
  TRY_VOID(builder.build(snapshot));
  TRY_VOID(segment.append(builder, segment.name().first_seq, true));
  const std::uint64_t snapshot_end = segment.size();
  std::vector<Position> ends;
  for (const PlacedBatch& placed : unsynced_) {
    TRY_VOID(builder.build(*placed.batch));
    TRY_VOID(segment.append(builder, placed.batch->first_seq));
    ends.push_back({segment.name().number, segment.size()});
  }
  if (options_.durability != Durability::none) TRY_VOID(segment.sync());
  TRY_VOID(segment.give_name());
  if (options_.durability != Durability::none) TRY_VOID(file_system_.sync_directory(options_.dir));
  snapshot_end_ = snapshot_end;
  for (std::size_t i = 0; i < ends.size(); ++i) unsynced_[i].end = ends[i];
  return {};
}

// The disk is full. If the sinks have all there is, what is left is the newest segment, which must not stand in its own way:
// another one takes its place. It needs room for little more than the checkpoints.
bool DiskSpool::drop_delivered() {
  if (!unsynced_.empty() || active_->size() <= snapshot_end_ || !index_.all_taken() || !start_segment()) return false;
  const std::lock_guard lock(cursor_mutex_);
  delete_segments();
  return true;
}

void DiskSpool::publish() {
  index_.publish(std::move(unsynced_), active_->size());
  unsynced_.clear();
}

std::unique_ptr<SpoolReader> DiskSpool::reader(std::uint64_t from_seq) {
  return std::make_unique<DiskReader>(file_system_, options_.dir, index_, quarantine_, from_seq);
}

base::Result<std::uint64_t> DiskSpool::open_cursor(const std::string& sink) {
  if (sink.empty() || sink.size() > kLongestSinkName)
    return base::fail(base::Code::invalid, "the name of a sink has 1 to 1024 bytes");
  const std::lock_guard lock(cursor_mutex_);
  if (const auto known = cursor_files_.find(sink); known != cursor_files_.end()) return known->second.cursor().seq;
  const std::uint64_t first_seq = index_.first_seq();
  SinkCursor last{.sink = sink, .seq = first_seq};
  auto found = read_cursor(file_system_, options_.dir + "/" + cursor_file_name(sink));
  if (!found && found.error().code != base::Code::not_found && found.error().code != base::Code::corrupt)
    return base::fail(std::move(found).error());
  if (found && found->sink == sink) last = *std::move(found);
  if (last.seq < first_seq) {
    index_.report_gap(last.seq, first_seq);
    last.seq = first_seq;
  }
  CursorFile& file = cursor_files_.emplace(sink, CursorFile(options_.dir, std::move(last))).first->second;
  index_.set_cursor(sink, file.cursor().seq);
  (void)file.write(file_system_, file.cursor().seq);  // a disk that is full now does not keep the sink from working
  return file.cursor().seq;
}

base::Result<void> DiskSpool::advance_cursor(const std::string& sink, std::uint64_t seq) {
  const std::lock_guard lock(cursor_mutex_);
  const auto found = cursor_files_.find(sink);
  if (found == cursor_files_.end())
    return base::fail(base::Code::not_found, "sink " + sink + " has no cursor in spool " + options_.dir + ": open it first");
  CursorFile& file = found->second;
  seq = std::min(seq, index_.visible_seq());
  if (seq <= file.cursor().seq) return {};
  auto written = file.write(file_system_, seq);
  if (!written && written.error().code == base::Code::exhausted && file.cursor().generation == 0) {
    // The disk is so full that the cursor's file cannot even be made: only what it would free can make room.
    index_.set_cursor(sink, seq);
    delete_segments();
    written = file.write(file_system_, seq);
  }
  if (!written) return written;
  index_.set_cursor(sink, seq);
  delete_segments();
  return {};
}

// Oldest first, so that what is left has no hole. What cannot be deleted now is tried again at the next call.
void DiskSpool::delete_segments() {
  const std::vector<SegmentName> names = index_.deletable();
  for (const SegmentName& name : names) {
    const auto unlinked = file_system_.unlink(options_.dir + "/" + segment_file_name(name));
    if (!unlinked && unlinked.error().code != base::Code::not_found) break;
    index_.removed(name);
  }
  if (!names.empty()) (void)file_system_.sync_directory(options_.dir);
}

}  // namespace longshore::shipper
