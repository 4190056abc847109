#include "rotator/archive/archive_reader.hpp"

#include <fmt/format.h>

#include "rotator/archive/file_bytes.hpp"
#include "rotator/archive/index_file.hpp"
#include "rotator/archive/numbers.hpp"

namespace longshore::rotator {

using base::Code;
using base::Result;

namespace {

Result<Codec> codec_of(int fd) {
  char begin[4] = {};
  TRY(got, read_at(fd, 0, begin));
  if (got >= 2 && begin[0] == '\x1F' && begin[1] == '\x8B') return Codec::gzip;
  if (got < 4) return Codec::none;
  const auto magic = get_number<std::uint32_t>(begin);
  return magic == 0xFD2FB528 || (magic & 0xFFFFFFF0) == 0x184D2A50 ? Codec::zstd : Codec::none;
}

}  // namespace

Result<ArchiveFacts> look_at_archive(int fd) {
  ArchiveFacts facts;
  TRY(codec, codec_of(fd));
  facts.codec = codec;
  if (codec == Codec::none) return facts;
  auto index = read_index(fd);
  if (!index && index.error().code != Code::corrupt) return base::fail(std::move(index.error()));
  if (!index)
    facts.damage = std::move(index.error());
  else if (*index && (*index)->codec != codec)
    facts.damage = base::Error{Code::corrupt, "the archive's index names another codec than its beginning"};
  else
    facts.index = std::move(*index);
  return facts;
}

Result<std::string_view> ArchiveReader::read(int fd, Codec codec, const FrameInfo& frame) {
  const auto damaged = [&](std::string_view what) {
    return base::fail(Code::corrupt, fmt::format("the frame at byte {} (text from byte {} on) is damaged: {}", frame.offset,
                                                 frame.text_offset, what));
  };
  if (bytes_.size() < frame.size) bytes_.resize(frame.size);
  TRY(got, read_at(fd, frame.offset, std::span(bytes_).first(frame.size)));
  if (got < frame.size) return damaged("the file ends in it");
  const std::string_view bytes = std::string_view(bytes_).substr(0, frame.size);
  if (codec == Codec::none) return bytes;
  auto text = decoder_.decode(codec, bytes, frame.text_size);
  if (!text && text.error().code == Code::corrupt) return damaged(text.error().message);
  return text;
}

}  // namespace longshore::rotator
