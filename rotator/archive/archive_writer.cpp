#include "rotator/archive/archive_writer.hpp"

#include "rotator/archive/file_bytes.hpp"
#include "rotator/archive/index_file.hpp"
#include "rotator/archive/numbers.hpp"

namespace longshore::rotator {

using base::Result;

namespace {

std::string_view first_frame(std::string_view text) {
  if (text.size() <= kFrameSize) return text;
  text = text.substr(0, kFrameSize);
  const std::size_t line_end = text.rfind('\n');
  return line_end == text.npos ? text : text.substr(0, line_end + 1);
}

}  // namespace

ArchiveWriter::ArchiveWriter(int fd, Compression compression, base::Timestamp now)
    : fd_(fd), encoder_(compression), clock_(now), index_{compression.codec, {clock_.reference() * 1'000'000'000}, {}} {}

void ArchiveWriter::go_on_behind(FramesInFile frames) {
  index_.frames = std::move(frames.frames);
  checksums_ = std::move(frames.checksums);
  mid_line_ = frames.mid_line;
}

Result<std::size_t> ArchiveWriter::write_frame(std::string_view text) {
  text = first_frame(text);
  TRY(bytes, encoder_.encode(text));
  TRY_VOID(write_at(fd_, size(), bytes));
  FrameInfo frame = describe_text(text, clock_);
  frame.offset = size();
  frame.text_offset = text_size();
  frame.size = static_cast<std::uint32_t>(bytes.size());
  if (mid_line_) frame.times.broken = index_.frames.back().times.broken = true;
  mid_line_ = !text.ends_with('\n');
  index_.frames.push_back(frame);
  if (index_.codec == Codec::zstd) checksums_.push_back(get_number<std::uint32_t>(bytes.data() + bytes.size() - 4));
  return text.size();
}

Result<Index> ArchiveWriter::finish() {
  if (index_.codec != Codec::none) TRY_VOID(write_at(fd_, size(), index_part(index_, checksums_)));
  return index_;
}

}  // namespace longshore::rotator
