#include "rotator/archive/frame_scan.hpp"

#include "rotator/archive/file_bytes.hpp"
#include "rotator/archive/frame_codec.hpp"
#include "rotator/archive/numbers.hpp"

namespace longshore::rotator {

base::Result<FramesInFile> find_frames(int fd, Codec codec, LineClock clock) {
  FramesInFile found;
  FrameDecoder decoder;
  std::string bytes(2 * kFrameSize, '\0');
  for (std::uint64_t text_offset = 0;;) {
    const std::uint64_t offset = found.size();
    TRY(got, read_at(fd, offset, bytes));
    const std::string_view rest = std::string_view(bytes).substr(0, got);
    const auto first = decoder.decode_first(codec, rest);
    if (!first) {
      if (first.error().code == base::Code::corrupt) return found;
      return base::fail(first.error());
    }
    FrameInfo frame = describe_text(first->text, clock);
    frame.offset = offset;
    frame.text_offset = text_offset;
    frame.size = static_cast<std::uint32_t>(first->size);
    if (found.mid_line) frame.times.broken = found.frames.back().times.broken = true;
    found.mid_line = !first->text.ends_with('\n');
    found.frames.push_back(frame);
    found.checksums.push_back(codec == Codec::zstd ? get_number<std::uint32_t>(rest.data() + first->size - 4) : 0);
    text_offset += first->text.size();
  }
}

}  // namespace longshore::rotator
