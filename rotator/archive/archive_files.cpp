#include "rotator/archive/archive_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "common/base/crc32c.hpp"
#include "rotator/archive/file_bytes.hpp"
#include "rotator/archive/text_stream.hpp"

namespace longshore::rotator {

using base::Code;
using base::Result;

namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr std::size_t kCompared = 16 << 10;  // stays in the nearest cache between its being read and its being compared

// Compares text with what stands in a file from `offset` on.
Result<void> compare(std::string_view text, int source, std::uint64_t offset) {
  std::array<char, kCompared> buffer;
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), kCompared);
    TRY(got, read_at(source, offset, std::span(buffer).first(size)));
    std::size_t same = got;
    if (std::memcmp(text.data(), buffer.data(), got) != 0)
      same = static_cast<std::size_t>(std::ranges::mismatch(text, buffer).in1 - text.begin());
    if (same < size)
      return base::fail(Code::corrupt, fmt::format("the archive is not what its source says from byte {} of the source on{}",
                                                   offset + same, same == got ? ", where the source ends" : ""));
    text.remove_prefix(size);
    offset += size;
  }
  return {};
}

std::unexpected<base::Error> wrong_size(std::uint64_t size, TextRange range) {
  return base::fail(Code::corrupt,
                    fmt::format("the archive holds {} bytes of text, its source {}", size, range.end - range.begin));
}

// The frames that an index tells, one by one; what is damaged is told, and the next is tried.
Result<void> check_frames(int archive, const Index& index, ArchiveState& state,
                          const std::function<void(const Damage&)>& damaged) {
  ArchiveReader reader;
  LineClock clock(index.reference);
  for (const FrameInfo& frame : index.frames) {
    auto text = reader.read(archive, index.codec, frame);
    if (!text && text.error().code != Code::corrupt) return base::fail(std::move(text.error()));
    if (!text) {
      damaged({frame.offset, std::move(text.error().message)});
      continue;
    }
    FrameInfo found = describe_text(*text, clock);
    found.offset = frame.offset;
    found.text_offset = frame.text_offset;
    found.size = frame.size;
    found.times.broken = frame.times.broken;
    if (found != frame) {
      damaged({frame.offset, fmt::format("the frame at byte {} is not as the index says{}", frame.offset,
                                         found.crc != frame.crc ? ": its text has another checksum" : "")});
      continue;
    }
    ++state.frames;
    state.text_size += frame.text_size;
  }
  return {};
}

Result<void> check_stream(int archive, Codec codec, ArchiveState& state, const std::function<void(const Damage&)>& damaged) {
  TRY(stream, open_text(archive, codec));
  for (std::string buffer(kPiece, '\0');;) {
    const auto got = stream->read(buffer);
    if (!got && got.error().code != Code::corrupt) return base::fail(got.error());
    if (!got) {
      damaged({stream->offset(), got.error().message});
      return {};
    }
    if (*got == 0) return {};
    state.text_size += *got;
  }
}

}  // namespace

Result<Index> compress_file(int source, TextRange range, int target, Compression compression, base::Timestamp now) {
  ArchiveWriter writer(target, compression, now);
  std::string memory;
  while (range.begin < range.end) {
    TRY(taken, archive_frame(source, range, writer, memory));
    range.begin += taken;
  }
  return writer.finish();
}

Result<std::size_t> archive_frame(int source, TextRange range, ArchiveWriter& writer, std::string& memory) {
  memory.resize(kFrameSize + 1);  // one byte more than a frame: the writer sees that there is more
  const std::size_t size = std::min<std::uint64_t>(memory.size(), range.end - range.begin);
  TRY(got, read_at(source, range.begin, std::span(memory).first(size)));
  if (got < size)
    return base::fail(Code::invalid,
                      fmt::format("the log was to be {} bytes long and ended at byte {}: somebody else empties it",
                                  range.end, range.begin + got));
  return writer.write_frame(std::string_view(memory).substr(0, size));
}

Result<void> verify_frame(ArchiveReader& reader, int archive, Codec codec, const FrameInfo& frame, int source,
                          std::uint64_t source_offset) {
  TRY(text, reader.read(archive, codec, frame));
  return compare(text, source, source_offset);
}

Result<void> verify_archive(int archive, int source, TextRange range, Codec codec) {
  if (codec != Codec::none) {
    TRY(facts, look_at_archive(archive));
    if (facts.damage) return base::fail(*facts.damage);
    if (facts.index) {
      if (facts.index->text_size() != range.end - range.begin) return wrong_size(facts.index->text_size(), range);
      ArchiveReader reader;
      for (const FrameInfo& frame : facts.index->frames) {
        TRY(text, reader.read(archive, codec, frame));
        if (base::crc32c(text) != frame.crc)
          return base::fail(Code::corrupt, fmt::format("the frame at byte {} is not as the index says", frame.offset));
        TRY_VOID(compare(text, source, range.begin + frame.text_offset));
      }
      return {};
    }
  }
  TRY(stream, open_text(archive, codec));
  std::uint64_t size = 0;
  for (std::string text(kPiece, '\0');;) {
    TRY(got, stream->read(text));
    if (got == 0) break;
    if (size + got > range.end - range.begin) return wrong_size(size + got, range);
    TRY_VOID(compare(std::string_view(text).substr(0, got), source, range.begin + size));
    size += got;
  }
  if (size != range.end - range.begin) return wrong_size(size, range);
  return {};
}

Result<ArchiveState> check_archive(int archive, const std::function<void(const Damage&)>& damaged) {
  TRY(facts, look_at_archive(archive));
  ArchiveState state{facts.codec, facts.index.has_value(), 0, 0};
  if (facts.damage) damaged({0, facts.damage->message});
  if (facts.index)
    TRY_VOID(check_frames(archive, *facts.index, state, damaged));
  else if (facts.codec != Codec::none)
    TRY_VOID(check_stream(archive, facts.codec, state, damaged));
  return state;
}

}  // namespace longshore::rotator
