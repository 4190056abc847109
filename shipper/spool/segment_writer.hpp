// The segment that grows. Writer thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "shipper/spool/block_builder.hpp"
#include "shipper/spool/file_names.hpp"

namespace longshore::shipper {

class SegmentWriter {
 public:
  static base::Result<std::unique_ptr<SegmentWriter>> create(base::FileSystem& file_system, const std::string& directory,
                                                             SegmentName name);
  SegmentWriter(std::unique_ptr<base::File> file, SegmentName name) : file_(std::move(file)), name_(name) {}

  // Writes one block behind the last. After an error the segment ends where it ended before.
  base::Result<void> append(BlockBuilder& block, std::uint64_t first_seq, bool snapshot = false);
  base::Result<void> sync();
  // Gives up all behind `size`, for good; best effort.
  void cut(std::uint64_t size) { (void)file_->truncate(size); }

  SegmentName name() const { return name_; }
  std::uint64_t size() const { return size_; }
  std::uint64_t synced() const { return synced_; }

 private:
  std::unique_ptr<base::File> file_;
  SegmentName name_;
  std::uint64_t size_ = 0;
  std::uint64_t synced_ = 0;
};

}  // namespace longshore::shipper
