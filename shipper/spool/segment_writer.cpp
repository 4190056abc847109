#include "shipper/spool/segment_writer.hpp"

#include <span>
#include <string_view>

namespace longshore::shipper {

base::Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(base::FileSystem& file_system,
                                                                   const std::string& directory, SegmentName name) {
  std::string path = directory + "/" + segment_file_name(name);
  TRY(file, file_system.open(path + std::string(kTemporarySuffix), base::OpenMode::create_new));
  return std::make_unique<SegmentWriter>(file_system, std::move(file), std::move(path), name);
}

base::Result<void> SegmentWriter::give_name() { return file_system_.rename(path_ + std::string(kTemporarySuffix), path_); }

void SegmentWriter::discard() {
  (void)file_->truncate(0);
  if (!file_system_.unlink(path_ + std::string(kTemporarySuffix))) (void)file_system_.unlink(path_);
}

base::Result<void> SegmentWriter::append(BlockBuilder& block, std::uint64_t first_seq, bool snapshot) {
  const std::string_view bytes = block.place({name_.number, size_, synced_, first_seq, snapshot});
  const bool direct = size_ % kBlockAlignment == 0 && bytes.size() % kBlockAlignment == 0 && bytes.size() >= kPaddedFrom;
  auto written = direct ? file_->write_direct(size_, bytes) : file_->write(size_, std::span(&bytes, 1));
  if (!written) {
    (void)file_->truncate(size_);  // if that fails too, the next block overwrites it, or recovery cuts it
    return written;
  }
  size_ += bytes.size();
  return {};
}

base::Result<void> SegmentWriter::sync() {
  TRY_VOID(file_->sync());
  synced_ = size_;
  return {};
}

}  // namespace longshore::shipper
