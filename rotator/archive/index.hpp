// What an archive knows of itself: where its frames are, and of each how many lines it has, from when to when, and their
// checksum. It stands at the end of the archive (docs/formats/archive.md). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/archive/codec.hpp"
#include "rotator/archive/line_clock.hpp"

namespace longshore::rotator {

// The times that the lines of a piece of text state, in seconds since 1970.
struct LineTimes {
  bool any = false;     // false: the three times below mean nothing
  bool leads = false;   // the first line states none: it belongs to what was before this piece
  bool broken = false;  // the piece begins or ends in the middle of a line: nothing here is to be relied on
  std::int64_t earliest = 0;
  std::int64_t latest = 0;
  std::int64_t last = 0;  // of the last line that states one
  bool operator==(const LineTimes&) const = default;
};

struct FrameInfo {
  std::uint64_t offset = 0;       // of its first byte in the archive
  std::uint64_t text_offset = 0;  // of its first byte in the text that was archived
  std::uint32_t size = 0;         // bytes in the archive
  std::uint32_t text_size = 0;    // bytes of text, at most kFrameSize
  std::uint32_t lines = 0;        // line ends in it
  std::uint32_t crc = 0;          // CRC32C of the text
  LineTimes times;
  bool operator==(const FrameInfo&) const = default;
};

// Lines, checksum and times of `text`; the rest is left at 0. times.broken is not known here.
FrameInfo describe_text(std::string_view text, LineClock& clock);

struct Index {
  Codec codec = Codec::zstd;
  base::Timestamp reference;  // of the clock by which the times were found; whole seconds
  std::vector<FrameInfo> frames;

  std::uint64_t size() const { return frames.empty() ? 0 : frames.back().offset + frames.back().size; }  // of all frames
  std::uint64_t text_size() const { return frames.empty() ? 0 : frames.back().text_offset + frames.back().text_size; }
  std::uint64_t lines() const;
};

// As it stands in the archive, without what the codec wraps around it. It ends with a trailer, by which it is found from the
// end of the file.
std::string encode_index(const Index& index);
inline constexpr std::size_t kIndexTrailerSize = 16;
// The size of the whole of which `trailer` is the end; 0: this is no trailer.
std::uint64_t index_size(std::string_view trailer);
// Code::corrupt where anything in it cannot be; any bytes are safe.
base::Result<Index> decode_index(std::string_view bytes);

}  // namespace longshore::rotator
