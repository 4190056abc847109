// The whole frames of an archive that has no index: one that was torn, or never finished.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/archive/index.hpp"

namespace longshore::rotator {

struct FramesInFile {
  std::vector<FrameInfo> frames;
  std::vector<std::uint32_t> checksums;  // of their text, as zstd has them
  bool mid_line = false;                 // the last one ends in the middle of a line

  std::uint64_t size() const { return frames.empty() ? 0 : frames.back().offset + frames.back().size; }
};

// From the beginning of the file up to the first byte that belongs to no whole frame of text with a right checksum; each is
// decompressed. An index is no frame. Blocks.
base::Result<FramesInFile> find_frames(int fd, Codec codec, LineClock clock);

}  // namespace longshore::rotator
