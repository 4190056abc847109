// The Spool on a file system: puts the parts together. What each thread may call is in spool.hpp.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "shipper/spool/block_builder.hpp"
#include "shipper/spool/cursor_file.hpp"
#include "shipper/spool/quarantine.hpp"
#include "shipper/spool/segment_writer.hpp"
#include "shipper/spool/spool.hpp"
#include "shipper/spool/spool_index.hpp"

namespace longshore::shipper {

class DiskSpool final : public Spool {
 public:
  DiskSpool(SpoolOptions options, base::FileSystem& file_system, std::unique_ptr<base::File> lock, Recovered recovered);

  base::Result<void> append(std::shared_ptr<Batch> batch) override;
  base::Result<void> sync() override;
  std::unique_ptr<SpoolReader> reader(std::uint64_t from_seq) override;
  base::Result<std::uint64_t> open_cursor(const std::string& sink) override;
  base::Result<void> advance_cursor(const std::string& sink, std::uint64_t seq) override;
  std::map<std::string, std::uint64_t> cursors() const override { return index_.cursors(); }
  std::map<std::string, std::string> checkpoints() const override { return index_.checkpoints(); }
  SpoolStats stats() const override { return index_.stats(); }

 private:
  base::Result<void> start_segment();
  base::Result<void> fill(SegmentWriter& segment);
  void publish();
  bool drop_delivered();
  void delete_segments();

  // Constant after construction.
  const SpoolOptions options_;
  base::FileSystem& file_system_;
  const std::unique_ptr<base::File> lock_;
  const std::uint64_t segment_size_;

  // Shared; lock by themselves.
  SpoolIndex index_;
  Quarantine quarantine_;

  // Writer thread only.
  std::unique_ptr<SegmentWriter> active_;  // none until the first append
  bool suspect_ = false;                   // the disk failed: unsynced_ has to be written again, to a new segment
  std::uint64_t snapshot_end_ = 0;         // of active_; nothing but checkpoints stands before it
  std::uint32_t next_segment_;
  std::uint64_t next_seq_;
  std::deque<PlacedBatch> unsynced_;  // appended, not yet durable as configured
  BlockBuilder builder_;

  std::mutex cursor_mutex_;
  std::map<std::string, CursorFile> cursor_files_;  // guarded by cursor_mutex_
};

}  // namespace longshore::shipper
