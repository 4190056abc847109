// Archives read back, ours and those of others: what a file is, and the text of any of its frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "rotator/archive/frame_codec.hpp"
#include "rotator/archive/index.hpp"

namespace longshore::rotator {

struct ArchiveFacts {
  Codec codec = Codec::none;  // by what the file begins with
  // Of an archive of ours that is whole: any frame can be read alone. Without it a file is read from its beginning on
  // (TextStream).
  std::optional<Index> index;
  std::optional<base::Error> damage;  // of an index that is not to be used; the frames may be good
};

// Blocks. An error is one of reading: any bytes are a file of some kind.
base::Result<ArchiveFacts> look_at_archive(int fd);

// Reads frames; its memory is used again and again. One thread.
class ArchiveReader {
 public:
  // The text of `frame`, valid until the next call. Code::corrupt, with the frame's place in the file, where it is not as
  // `frame` says or its checksum is wrong.
  base::Result<std::string_view> read(int fd, Codec codec, const FrameInfo& frame);

 private:
  FrameDecoder decoder_;
  std::string bytes_;
};

}  // namespace longshore::rotator
