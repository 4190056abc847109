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
  // Makes the file under a temporary name; once it is filled, give_name lets it appear, whole, as a segment.
  static base::Result<std::unique_ptr<SegmentWriter>> create(base::FileSystem& file_system, const std::string& directory,
                                                             SegmentName name);
  SegmentWriter(base::FileSystem& file_system, std::unique_ptr<base::File> file, std::string path, SegmentName name)
      : file_system_(file_system), file_(std::move(file)), path_(std::move(path)), name_(name) {}

  // Writes one block behind the last. After an error the segment ends where it ended before.
  base::Result<void> append(BlockBuilder& block, std::uint64_t first_seq, bool snapshot = false);
  base::Result<void> sync();
  base::Result<void> give_name();  // durable when the folder is synced
  void discard();                  // when something failed before that; best effort
  // Gives up all behind `size`, for good; best effort.
  void cut(std::uint64_t size) { (void)file_->truncate(size); }

  SegmentName name() const { return name_; }
  std::uint64_t size() const { return size_; }
  std::uint64_t synced() const { return synced_; }

 private:
  base::FileSystem& file_system_;
  std::unique_ptr<base::File> file_;
  const std::string path_;  // the final one
  SegmentName name_;
  std::uint64_t size_ = 0;
  std::uint64_t synced_ = 0;
};

}  // namespace longshore::shipper
