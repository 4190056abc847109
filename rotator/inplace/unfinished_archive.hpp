// The archive of a rotation until it has its name: the log's bytes go in, and are proven piece by piece: synced, read back,
// decompressed and compared with the log. Only what is proven may be removed. One thread; blocks.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/archive/archive_writer.hpp"
#include "rotator/inplace/disk.hpp"

namespace longshore::rotator {

class UnfinishedArchive {
 public:
  // Into the empty file `fd`, bytes of `source` from `begin` on. `modified`: when the log was last written.
  UnfinishedArchive(Disk& disk, base::UniqueFd fd, int source, std::uint64_t begin, Compression compression,
                    base::Timestamp modified)
      : disk_(disk),
        fd_(std::move(fd)),
        source_(source),
        begin_(begin),
        proven_to_(begin),
        codec_(compression.codec),
        writer_(fd_.get(), compression, modified) {}

  // One more frame of the source, which is not copied beyond `end`. After Code::exhausted calling again goes on.
  base::Result<void> copy_frame(std::uint64_t end);
  // All frames up to `end`.
  base::Result<void> copy(std::uint64_t end);
  // What is in frames is durable and compared. Code::corrupt if it is not what the source holds.
  base::Result<void> prove();
  // The index; durable. Where there is no room for it the archive does without.
  base::Result<void> finish();

  std::uint64_t copied_to() const { return begin_ + writer_.text_size(); }  // in the source
  std::uint64_t proven_to() const { return proven_to_; }                    // likewise
  std::uint64_t size() const { return writer_.size(); }                     // of all frames
  int fd() const { return fd_.get(); }

 private:
  Disk& disk_;
  base::UniqueFd fd_;
  int source_;
  std::uint64_t begin_, proven_to_;
  Codec codec_;
  std::size_t proven_frames_ = 0;
  ArchiveWriter writer_;
  ArchiveReader reader_;
  std::string memory_;
};

// An archive that holds whole frames and no index gets one; durable. Where there is no room for it, or its end is no
// frame's, it does without. How much text is in its frames.
base::Result<std::uint64_t> add_index(Disk& disk, int archive, Compression compression, base::Timestamp modified);

}  // namespace longshore::rotator
