// The SpoolReader of a DiskSpool: from memory where it can, else sequentially from the segments.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "shipper/spool/batch_pool.hpp"
#include "shipper/spool/quarantine.hpp"
#include "shipper/spool/segment_scanner.hpp"
#include "shipper/spool/spool.hpp"
#include "shipper/spool/spool_index.hpp"

namespace longshore::shipper {

class DiskReader final : public SpoolReader {
 public:
  // All references outlive the reader.
  DiskReader(base::FileSystem& file_system, std::string directory, SpoolIndex& index, Quarantine& quarantine,
             std::uint64_t from_seq);
  ~DiskReader() override;
  base::Result<std::shared_ptr<const Batch>> next() override;

 private:
  base::Result<std::shared_ptr<const Batch>> next_from_disk();
  base::Result<std::shared_ptr<const Batch>> step(const SpoolIndex::Segment& segment);
  base::Result<void> open_segment(const SpoolIndex::Segment& segment);
  void report_damage(const SpoolIndex::Segment& segment);
  std::string path_of(SegmentName name) const;

  base::FileSystem& file_system_;
  const std::string directory_;
  SpoolIndex& index_;
  Quarantine& quarantine_;
  BatchPool pool_;
  std::uint64_t next_seq_;
  Position position_;                      // where the block of next_seq_, or one before it, begins
  std::optional<SegmentScanner> scanner_;  // at position_
  int failures_ = 0;                       // errors of the disk, one after the other, at position_
};

}  // namespace longshore::shipper
