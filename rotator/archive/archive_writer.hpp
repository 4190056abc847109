// Text into an archive, a frame at a time, so that a caller can make each durable, compare it, and free its source before
// the next: an archive of a log then needs no more room than its own. One thread; a writer holds about 4 MiB.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/archive/frame_codec.hpp"
#include "rotator/archive/frame_scan.hpp"
#include "rotator/archive/index.hpp"

namespace longshore::rotator {

class ArchiveWriter {
 public:
  // Writes to `fd` from its first byte on; the descriptor stays the caller's, is never synced here, and lives longer than
  // the writer. `now`: when the text was last written; dates without a year are understood by it. With Codec::none the file
  // is the text alone.
  ArchiveWriter(int fd, Compression compression, base::Timestamp now);

  // Goes on behind the whole frames that the file holds already, as find_frames has found them.
  void go_on_behind(FramesInFile frames);

  // What `text`, which is not empty, begins with, as the next frame: all of it, or if that is more than a frame, up to
  // behind the last line end in it. Returns how many bytes of text that was. After an error the file may hold a torn frame
  // behind size(), and nothing else has changed: the same text may be given again.
  base::Result<std::size_t> write_frame(std::string_view text);
  // What follows the last frame. Nothing may be written after it.
  base::Result<Index> finish();

  const std::vector<FrameInfo>& frames() const { return index_.frames; }  // that are in the file
  std::uint64_t size() const { return index_.size(); }                    // of them: all good bytes of the file
  std::uint64_t text_size() const { return index_.text_size(); }

 private:
  int fd_;
  FrameEncoder encoder_;
  LineClock clock_;
  Index index_;
  std::vector<std::uint32_t> checksums_;  // of the frames, for zstd's seek table
  bool mid_line_ = false;                 // the last frame ends in the middle of a line
};

}  // namespace longshore::rotator
