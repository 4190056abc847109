// What the writer, the readers and the cursors of one spool know together: which segments there are, how far they may be
// read, the batches that are still in memory, and the counts. Every call locks; none touches the disk.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "shipper/event/batch.hpp"
#include "shipper/spool/file_names.hpp"
#include "shipper/spool/recovery.hpp"
#include "shipper/spool/spool.hpp"

namespace longshore::shipper {

struct Position {
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;
};

// A batch that is on its way to the disk or still kept in memory, and where the next one begins.
struct PlacedBatch {
  std::shared_ptr<Batch> batch;
  Position end;
};

class SpoolIndex {
 public:
  SpoolIndex(Recovered recovered, std::uint64_t memory_limit);

  // --- writer ---
  void add_segment(SegmentName name);    // it becomes the newest; its checkpoints are durable
  void set_written(std::uint64_t size);  // of the newest segment, with what is not yet visible
  void publish(std::deque<PlacedBatch>&& batches, std::uint64_t size);  // visible up to `size` of the newest segment

  // --- readers ---
  struct Lookup {
    std::shared_ptr<const Batch> batch;  // from memory
    Position end;
    bool on_disk = false;  // there is more, but not in memory
  };
  // Says that `reader` needs what begins at `seq`, and nothing before it any more.
  void set_reader(const void* reader, std::uint64_t seq);
  // The batch that holds `seq`; set_reader as well.
  Lookup find(const void* reader, std::uint64_t seq);
  void forget_reader(const void* reader);
  struct Segment {
    SegmentName name;
    std::uint64_t size = 0;     // may be read up to here
    std::uint64_t end_seq = 0;  // the next segment begins with this number; the greatest of all if there is none
    bool newest = false;
  };
  std::optional<Segment> segment_at(std::uint32_t number) const;  // the first with this number or a greater one
  Position begin_of(std::uint64_t seq) const;                     // a segment's begin, not behind `seq`
  // True when it is news.
  bool report_damage(std::uint32_t segment, std::uint64_t begin, std::uint64_t end);
  void report_gap(std::uint64_t begin, std::uint64_t end);  // sequence numbers that should be there

  // --- cursors ---
  std::uint64_t first_seq() const;
  std::uint64_t visible_seq() const;
  void set_cursor(const std::string& sink, std::uint64_t seq);
  std::map<std::string, std::uint64_t> cursors() const;
  std::uint64_t needed_seq() const;            // every cursor has passed what is before; 0 without cursors
  std::vector<SegmentName> deletable() const;  // oldest first
  bool all_taken() const;                      // every sink has every event
  void removed(SegmentName segment);

  std::map<std::string, std::string> checkpoints() const;
  std::vector<Checkpoint> checkpoint_list() const;
  SpoolStats stats() const;
  std::uint64_t bytes() const;

 private:
  std::uint64_t first_seq_locked() const;
  std::uint64_t needed_seq_locked() const;
  std::uint64_t bytes_locked() const;
  void trim_locked();

  const std::uint64_t memory_limit_;
  mutable std::mutex mutex_;
  // All below is guarded by mutex_.
  std::map<std::uint32_t, RecoveredSegment> segments_;
  std::uint32_t snapshot_segment_;
  std::uint64_t visible_seq_;
  std::uint64_t unpublished_ = 0;
  std::deque<PlacedBatch> recent_;
  std::uint64_t recent_bytes_ = 0;
  std::map<const void*, std::uint64_t> readers_;
  std::map<std::string, std::string> checkpoints_;
  std::map<std::string, std::uint64_t> cursors_;
  std::set<std::pair<std::uint32_t, std::uint64_t>> damaged_;  // segment, offset
  std::map<std::uint64_t, std::uint64_t> gaps_;                // end → begin
  SpoolStats stats_;
};

}  // namespace longshore::shipper
