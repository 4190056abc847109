#include "shipper/spool/segment_writer.hpp"

namespace longshore::shipper {

base::Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(base::FileSystem& file_system,
                                                                   const std::string& directory, SegmentName name) {
  TRY(file, file_system.open(directory + "/" + segment_file_name(name), base::OpenMode::create_new));
  return std::make_unique<SegmentWriter>(std::move(file), name);
}

base::Result<void> SegmentWriter::append(BlockBuilder& block, std::uint64_t first_seq, bool snapshot) {
  auto written = file_->write(size_, block.place({name_.number, size_, synced_, first_seq, snapshot}));
  if (!written) {
    (void)file_->truncate(size_);  // if that fails too, the next block overwrites it, or recovery cuts it
    return written;
  }
  size_ += block.size();
  return {};
}

base::Result<void> SegmentWriter::sync() {
  TRY_VOID(file_->sync());
  synced_ = size_;
  return {};
}

}  // namespace longshore::shipper
