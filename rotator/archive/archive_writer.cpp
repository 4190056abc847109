#include "rotator/archive/archive_writer.hpp"

#include <algorithm>

#include "rotator/archive/file_bytes.hpp"
#include "rotator/archive/index_file.hpp"
#include "rotator/archive/numbers.hpp"

namespace longshore::rotator {

using base::Result;

std::size_t frame_cut(std::string_view text) {
  if (text.size() <= kFrameSize) return text.size();
  const std::size_t line_end = text.substr(0, kFrameSize).rfind('\n');
  return line_end == text.npos ? kFrameSize : line_end + 1;
}

ArchiveWriter::ArchiveWriter(int fd, Compression compression, base::Timestamp now)
    : fd_(fd), encoder_(compression), clock_(now), index_{compression.codec, {clock_.reference() * 1'000'000'000}, {}} {}

void ArchiveWriter::go_on_behind(FramesInFile frames) {
  index_.frames = std::move(frames.frames);
  checksums_ = std::move(frames.checksums);
  mid_line_ = frames.mid_line;
}

Result<void> ArchiveWriter::write_frame(std::string_view text) {
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
  return {};
}

Result<void> ArchiveWriter::write(std::string_view text) {
  while (!text.empty()) {
    const bool direct = held_.empty() && text.size() > kFrameSize;  // from the caller's memory
    if (!direct) {
      const std::size_t taken = std::min(text.size(), 2 * kFrameSize - std::min(held_.size(), 2 * kFrameSize));
      held_ += text.substr(0, taken);
      text.remove_prefix(taken);
      if (held_.size() <= kFrameSize) continue;
    }
    const std::string_view from = direct ? text : std::string_view(held_);
    const std::size_t cut = frame_cut(from);
    if (auto written = write_frame(from.substr(0, cut)); !written) {
      held_ += text;
      return written;
    }
    if (direct)
      text.remove_prefix(cut);
    else
      held_.erase(0, cut);
  }
  return {};
}

Result<FrameInfo> ArchiveWriter::end_frame() {
  while (!held_.empty()) {
    const std::size_t cut = frame_cut(held_);
    TRY_VOID(write_frame(std::string_view(held_).substr(0, cut)));
    held_.erase(0, cut);
  }
  return index_.frames.empty() ? FrameInfo{} : index_.frames.back();
}

Result<Index> ArchiveWriter::finish() {
  if (auto ended = end_frame(); !ended) return base::fail(std::move(ended.error()));
  if (index_.codec != Codec::none) TRY_VOID(write_at(fd_, size(), index_part(index_, checksums_)));
  return index_;
}

}  // namespace longshore::rotator
