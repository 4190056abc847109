// Text into an archive, a frame at a time, so that a caller can make each durable, compare it, and free its source before
// the next: an archive of a log then needs no more room than its own. One thread; a writer holds about 8 MiB.
#pragma once

#include <cstdint>
#include <string>
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

  // Text is kept until a frame is full, which then is cut behind a line end, and written. After an error the file may hold a
  // torn frame behind size(); the text is still kept, so that calling again tries again.
  base::Result<void> write(std::string_view text);
  // Cuts the frame here, in the middle of a line if need be, and writes it. Without text since the last cut this is the last
  // frame again, or all zeros if there is none.
  base::Result<FrameInfo> end_frame();
  // The same, and what follows the last frame. Nothing may be written after it.
  base::Result<Index> finish();

  const std::vector<FrameInfo>& frames() const { return index_.frames; }  // that are in the file
  std::uint64_t size() const { return index_.size(); }                    // of them: all good bytes of the file
  std::uint64_t text_size() const { return index_.text_size(); }

 private:
  base::Result<void> write_frame(std::string_view text);

  int fd_;
  FrameEncoder encoder_;
  LineClock clock_;
  Index index_;
  std::vector<std::uint32_t> checksums_;  // of the frames, for zstd's seek table
  std::string held_;                      // text of no frame yet
  bool mid_line_ = false;                 // the last frame ends in the middle of a line
};

// How much of `text` the next frame takes: all, or if that is more than a frame, up to behind the last line end in it.
std::size_t frame_cut(std::string_view text);

}  // namespace longshore::rotator
