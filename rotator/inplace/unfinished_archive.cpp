#include "rotator/inplace/unfinished_archive.hpp"

#include <fcntl.h>

#include "rotator/archive/archive_files.hpp"
#include "rotator/inplace/head.hpp"

namespace longshore::rotator {

base::Result<void> UnfinishedArchive::copy_frame(std::uint64_t end) {
  auto taken = archive_frame(source_, {copied_to(), end}, writer_, memory_);
  if (!taken) return base::fail(std::move(taken.error()));
  return {};
}

base::Result<void> UnfinishedArchive::copy(std::uint64_t end) {
  while (copied_to() < end) {
    const std::uint64_t before = size();
    TRY_VOID(copy_frame(end));
    disk_.write_back(fd_.get(), before, size());
  }
  return {};
}

base::Result<void> UnfinishedArchive::prove() {
  const auto& frames = writer_.frames();
  if (proven_frames_ == frames.size()) return {};
  TRY(file_size, size_of(fd_.get()));
  if (file_size > size()) TRY_VOID(disk_.truncate(fd_.get(), size()));  // a torn frame
  TRY_VOID(disk_.sync(fd_.get()));
  const std::uint64_t from = frames[proven_frames_].offset;
  // So that it is read from the disk, not from memory.
  ::posix_fadvise(fd_.get(), static_cast<off_t>(from), static_cast<off_t>(size() - from), POSIX_FADV_DONTNEED);
  for (; proven_frames_ < frames.size(); ++proven_frames_) {
    const FrameInfo& frame = frames[proven_frames_];
    if (auto same = verify_frame(reader_, fd_.get(), codec_, frame, source_, begin_ + frame.text_offset); !same)
      return base::fail(same.error().code, same.error().message + ": nothing of it is removed");
    proven_to_ = begin_ + frame.text_offset + frame.text_size;
  }
  return {};
}

namespace {

base::Result<void> finish_archive(Disk& disk, int archive, ArchiveWriter& writer) {
  if (const auto index = writer.finish(); !index) {
    if (index.error().code != base::Code::exhausted) return base::fail(index.error());
    TRY_VOID(disk.truncate(archive, writer.size()));
  }
  return disk.sync(archive);
}

}  // namespace

base::Result<void> UnfinishedArchive::finish() { return finish_archive(disk_, fd_.get(), writer_); }

base::Result<std::uint64_t> add_index(Disk& disk, int archive, Compression compression, base::Timestamp modified) {
  TRY(size, size_of(archive));
  if (compression.codec == Codec::none) return size;
  TRY(frames, find_frames(archive, compression.codec, LineClock(modified)));
  const std::uint64_t text = frames.frames.empty() ? 0 : frames.frames.back().text_offset + frames.frames.back().text_size;
  if (frames.size() != size) return text;
  ArchiveWriter writer(archive, compression, modified);
  writer.go_on_behind(std::move(frames));
  TRY_VOID(finish_archive(disk, archive, writer));
  return text;
}

}  // namespace longshore::rotator
