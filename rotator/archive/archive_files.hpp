// A whole log into an archive, and an archive held against the log it was made of: nothing is removed whose archive has not
// been read back. Descriptors stay the caller's; their positions are neither used nor moved. Blocks; one thread a call.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/base/result.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/archive/archive_writer.hpp"

namespace longshore::rotator {

// A part of a log, in bytes of the file.
struct TextRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// `source`'s text in `range` into the empty file `target`, which is not synced. Code::invalid if the source ends before the
// range does.
base::Result<Index> compress_file(int source, TextRange range, int target, Compression compression, base::Timestamp now);

// The same a frame at a time: what the range begins with goes behind what `writer` has written. Returns how many bytes of
// the source that was. `memory` is used again and again.
base::Result<std::size_t> archive_frame(int source, TextRange range, ArchiveWriter& writer, std::string& memory);

// Does the frame hold exactly the text that stands in `source` from `source_offset` on? Code::corrupt if not.
base::Result<void> verify_frame(ArchiveReader& reader, int archive, Codec codec, const FrameInfo& frame, int source,
                                std::uint64_t source_offset);

// Reads the whole archive as anybody would who has only the file, and compares it with `source`: every byte, and nothing
// behind them. Of ours also the index is checked. Code::corrupt says where they differ.
base::Result<void> verify_archive(int archive, int source, TextRange range, Codec codec);

struct Damage {
  std::uint64_t offset = 0;  // in the archive
  std::string what;
};
struct ArchiveState {
  Codec codec = Codec::none;
  bool indexed = false;         // with an index of ours
  std::uint64_t frames = 0;     // that were good; of a file without an index 0
  std::uint64_t text_size = 0;  // bytes of good text
};
// An archive on its own: every frame's checksum, and what the index says of each. Each damage is told as it is found; where
// there is an index, what comes behind a damage is read, too. Codec::none: there is nothing that could be checked.
base::Result<ArchiveState> check_archive(int archive, const std::function<void(const Damage&)>& damaged);

}  // namespace longshore::rotator
