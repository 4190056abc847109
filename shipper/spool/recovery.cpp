#include "shipper/spool/recovery.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "shipper/spool/cursor_file.hpp"
#include "shipper/spool/file_names.hpp"
#include "shipper/spool/segment_scanner.hpp"

namespace longshore::shipper {
namespace {

using Checkpoints = std::map<std::string, std::string>;  // an empty value forgets the key

struct Walk {
  bool snapshot = false;  // begins with a full set of checkpoints
  Checkpoints changes;
  std::uint64_t good_end = 0;  // of the last intact block
  std::uint64_t end_seq = 0;
  std::uint64_t synced = 0;  // durable up to here, as far as its headers tell
  bool unreadable = false;   // the disk refused to give some of it
};

base::Result<Walk> walk_segment(base::FileSystem& file_system, const std::string& path, std::uint32_t number,
                                std::uint64_t size) {
  Walk walk;
  // How far was the segment known to be durable when its last block was written?
  TRY(file, file_system.open(path, base::OpenMode::read));
  SegmentScanner headers(std::move(file), number);
  headers.treat_unreadable_as_damage(true);
  for (;;) {
    TRY(step, headers.next(size));
    if (step == SegmentScanner::Step::end) break;
    if (step == SegmentScanner::Step::damage) continue;
    walk.synced = std::max<std::uint64_t>(walk.synced, headers.header().synced);
    walk.end_seq = std::max(walk.end_seq, headers.header().end_seq());
  }
  // Up to there headers are enough. Behind it a power cut may have left holes, and a checkpoint behind a hole would skip the
  // lines that fell into it: checkpoints count only up to the first.
  TRY(again, file_system.open(path, base::OpenMode::read));
  SegmentScanner blocks(std::move(again), number);
  blocks.treat_unreadable_as_damage(true);
  Batch batch;
  bool whole = true;
  for (;;) {
    TRY(step, blocks.next(size));
    if (step == SegmentScanner::Step::end) break;
    bool intact = step == SegmentScanner::Step::block;
    batch.clear();
    if (intact && blocks.header().offset >= walk.synced) {
      TRY(read, blocks.read(batch));
      intact = read;
    } else if (intact) {
      intact = decode_table(blocks.table(), batch.sources, batch.checkpoints);
    }
    if (intact)
      walk.good_end = blocks.position();
    else if (blocks.damage_begin() >= walk.synced)
      whole = false;
    if (intact && blocks.header().offset == 0) walk.snapshot = blocks.header().snapshot;
    if (intact && whole)
      for (Checkpoint& checkpoint : batch.checkpoints)
        walk.changes.insert_or_assign(std::move(checkpoint.key), std::move(checkpoint.value));
  }
  walk.unreadable = headers.met_unreadable() || blocks.met_unreadable();
  return walk;
}

base::Result<void> cut_tail(base::FileSystem& file_system, const std::string& path, std::uint64_t size) {
  TRY(file, file_system.open(path, base::OpenMode::update));
  return file->truncate(size);
}

}  // namespace

base::Result<Recovered> recover(base::FileSystem& file_system, const std::string& directory, Quarantine& quarantine) {
  Recovered found;
  TRY(names, file_system.list(directory));
  for (const std::string& name : names) {
    const std::string path = directory + "/" + name;
    if (const auto segment = parse_segment_file_name(name)) {
      TRY(info, file_system.stat(path));
      found.segments[segment->number] = {segment->first_seq, info.size};
      found.next_seq = std::max(found.next_seq, segment->first_seq);
      found.next_segment = std::max(found.next_segment, segment->number + 1);
    } else if (name.ends_with(kTemporarySuffix)) {
      (void)file_system.unlink(path);  // whatever is in it stands elsewhere, too
    } else if (is_cursor_file_name(name)) {
      const auto cursor = read_cursor(file_system, path);
      if (!cursor && cursor.error().code != base::Code::corrupt) return base::fail(cursor.error());
      // A cursor may be ahead of the data: after a power cut, when these were not synced.
      if (cursor)
        found.next_seq = std::max(found.next_seq, cursor->seq);
      else
        ++found.lost_cursors;
    }
  }

  // Newest first, back to a full set of checkpoints; applied oldest first.
  std::vector<Checkpoints> changes;
  bool unreadable = false;
  for (auto it = found.segments.rbegin(); it != found.segments.rend(); ++it) {
    auto& [number, segment] = *it;
    const std::string path = directory + "/" + segment_file_name({number, segment.first_seq});
    TRY(walk, walk_segment(file_system, path, number, segment.size));
    found.next_seq = std::max(found.next_seq, walk.end_seq);
    unreadable |= walk.unreadable;
    changes.push_back(std::move(walk.changes));
    if (changes.size() == 1) found.unsynced_from = std::min(walk.synced, segment.size);
    if (changes.size() == 1 && walk.good_end < segment.size && !walk.unreadable) {
      found.torn_bytes = segment.size - walk.good_end;
      quarantine.keep(path, number, walk.good_end, segment.size);
      // Nothing is ever written behind a recovered segment, so a cut that fails does no harm.
      (void)cut_tail(file_system, path, walk.good_end);
      segment.size = walk.good_end;
    }
    if (walk.snapshot) {
      found.snapshot_segment = number;
      break;
    }
  }
  if (unreadable) found.next_seq += kUnknownGap;
  std::erase_if(found.segments, [&](const auto& entry) {  // left by a crash between making a segment and filling it
    if (entry.second.size > 0) return false;
    (void)file_system.unlink(directory + "/" + segment_file_name({entry.first, entry.second.first_seq}));
    return true;
  });
  for (; !changes.empty(); changes.pop_back())
    for (auto& [key, value] : changes.back()) {
      if (value.empty())
        found.checkpoints.erase(key);
      else
        found.checkpoints.insert_or_assign(key, std::move(value));
    }
  return found;
}

}  // namespace longshore::shipper
