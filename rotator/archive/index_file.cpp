#include "rotator/archive/index_file.hpp"

#include <algorithm>

#include "rotator/archive/file_bytes.hpp"
#include "rotator/archive/numbers.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::Result;

constexpr std::uint64_t kMostIndex = 256 << 20;  // bytes that are read of an index: 5 TiB of text

// zstd: RFC 8878 §3.1.2; zstd's contrib/seekable_format, version 0.1.0
constexpr std::uint32_t kIndexFrame = 0x184D2A5A, kSeekFrame = 0x184D2A5E, kSeekMagic = 0x8F92EAB1;
constexpr std::size_t kSkippableHeader = 8, kSeekEntry = 12, kSeekFooter = 9;
constexpr std::uint8_t kSeekChecksums = 0x80;

// gzip: an empty member whose extra field (RFC 1952 §2.3.1.1) holds a part of the index
constexpr std::string_view kMemberHeader("\x1F\x8B\x08\x04\0\0\0\0\0\xFF", 10);
constexpr std::string_view kMemberBody("\x03\0\0\0\0\0\0\0\0\0", 10);  // nothing, deflated; its CRC-32; its size
constexpr std::size_t kMemberAround = kMemberHeader.size() + 2 + 4 + kMemberBody.size();
constexpr std::size_t kMemberPart = 60000;

void append_member(std::string& out, std::string_view part) {
  out += kMemberHeader;
  append_number(out, static_cast<std::uint16_t>(part.size() + 4));
  out += "LR";
  append_number(out, static_cast<std::uint16_t>(part.size()));
  out += part;
  out += kMemberBody;
}

// The part in the member that `bytes` begin with, empty if it is none of ours.
std::string_view member_part(std::string_view bytes) {
  if (bytes.size() < kMemberAround || !bytes.starts_with(kMemberHeader) || bytes.substr(12, 2) != "LR") return {};
  const std::size_t size = get_number<std::uint16_t>(bytes.data() + 14);
  if (get_number<std::uint16_t>(bytes.data() + 10) != size + 4 || bytes.size() < kMemberAround + size) return {};
  return bytes.substr(16 + size, kMemberBody.size()) == kMemberBody ? bytes.substr(16, size) : std::string_view();
}

Result<std::string> bytes_at(int fd, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  TRY(got, read_at(fd, offset, bytes));
  bytes.resize(got);
  return bytes;
}

std::string zstd_part(const Index& index, std::span<const std::uint32_t> checksums) {
  const std::string bytes = encode_index(index);
  std::string out;
  append_number(out, kIndexFrame);
  append_number(out, static_cast<std::uint32_t>(bytes.size()));
  out += bytes;
  append_number(out, kSeekFrame);
  append_number(out, static_cast<std::uint32_t>(index.frames.size() * kSeekEntry + kSeekFooter));
  for (std::size_t i = 0; i < index.frames.size(); ++i) {
    append_number(out, index.frames[i].size);
    append_number(out, index.frames[i].text_size);
    append_number(out, checksums[i]);
  }
  append_number(out, static_cast<std::uint32_t>(index.frames.size()));
  append_number(out, kSeekChecksums);
  append_number(out, kSeekMagic);
  return out;
}

std::string gzip_part(const Index& index) {
  const std::string bytes = encode_index(index);
  const std::string_view body = std::string_view(bytes).substr(0, bytes.size() - kIndexTrailerSize);
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += kMemberPart) append_member(out, body.substr(at, kMemberPart));
  append_member(out, std::string_view(bytes).substr(body.size()));
  return out;
}

// Where the seek table's skippable frame begins, which is the end of the file; nullopt: there is none.
Result<std::optional<std::uint64_t>> find_seek_table(int fd, std::uint64_t size) {
  if (size < kSkippableHeader + kSeekFooter) return std::nullopt;
  TRY(footer, bytes_at(fd, size - kSeekFooter, kSeekFooter));
  if (footer.size() != kSeekFooter || footer[4] != static_cast<char>(kSeekChecksums) ||
      get_number<std::uint32_t>(footer.data() + 5) != kSeekMagic)
    return std::nullopt;
  const std::uint64_t whole =
      kSkippableHeader + std::uint64_t{get_number<std::uint32_t>(footer.data())} * kSeekEntry + kSeekFooter;
  if (whole > size) return std::nullopt;
  TRY(header, bytes_at(fd, size - whole, kSkippableHeader));
  if (header.size() != kSkippableHeader || get_number<std::uint32_t>(header.data()) != kSeekFrame ||
      get_number<std::uint32_t>(header.data() + 4) != whole - kSkippableHeader)
    return std::nullopt;
  return size - whole;
}

// The index that ends at `end`, wrapped by zstd's skippable frame; empty: there is none.
Result<std::string> zstd_index_bytes(int fd, std::uint64_t end) {
  if (end < kSkippableHeader + kIndexTrailerSize) return std::string();
  TRY(trailer, bytes_at(fd, end - kIndexTrailerSize, kIndexTrailerSize));
  const std::uint64_t size = index_size(trailer);
  if (size == 0 || size > kMostIndex || size + kSkippableHeader > end) return std::string();
  TRY(bytes, bytes_at(fd, end - size - kSkippableHeader, kSkippableHeader + size));
  if (bytes.size() != kSkippableHeader + size || get_number<std::uint32_t>(bytes.data()) != kIndexFrame ||
      get_number<std::uint32_t>(bytes.data() + 4) != size)
    return std::string();
  return bytes.substr(kSkippableHeader);
}

// The same of gzip's empty members; `begin` becomes where the first of them begins.
Result<std::string> gzip_index_bytes(int fd, std::uint64_t end, std::uint64_t& begin) {
  constexpr std::size_t kLast = kMemberAround + kIndexTrailerSize;
  if (end < kLast) return std::string();
  TRY(last, bytes_at(fd, end - kLast, kLast));
  const std::string_view trailer = member_part(last);
  const std::uint64_t size = index_size(trailer);
  if (size == 0 || size > kMostIndex) return std::string();
  const std::uint64_t body = size - kIndexTrailerSize;
  const std::uint64_t wrapped = body + (body + kMemberPart - 1) / kMemberPart * kMemberAround;
  if (wrapped + kLast > end) return std::string();
  begin = end - kLast - wrapped;
  TRY(members, bytes_at(fd, begin, wrapped));
  std::string bytes;
  bytes.reserve(size);
  for (std::string_view rest = members; !rest.empty();) {
    const std::string_view part = member_part(rest);
    if (part.empty()) return base::fail(Code::corrupt, "the archive's index is damaged: a part of it is missing");
    bytes += part;
    rest.remove_prefix(kMemberAround + part.size());
  }
  return bytes.append(trailer);
}

}  // namespace

std::string index_part(const Index& index, std::span<const std::uint32_t> checksums) {
  return index.codec == Codec::zstd ? zstd_part(index, checksums) : gzip_part(index);
}

Result<std::optional<Index>> read_index(int fd) {
  TRY(size, file_size(fd));
  TRY(seek_table, find_seek_table(fd, size));
  std::uint64_t begin = 0;
  std::string bytes;
  if (seek_table) {
    TRY(found, zstd_index_bytes(fd, *seek_table));
    bytes = std::move(found);
    begin = *seek_table - std::min(*seek_table, bytes.size() + kSkippableHeader);
  } else {
    TRY(found, gzip_index_bytes(fd, size, begin));
    bytes = std::move(found);
  }
  if (bytes.empty()) return std::nullopt;
  TRY(index, decode_index(bytes));
  if (index.size() != begin || (index.codec == Codec::zstd) != seek_table.has_value())
    return base::fail(Code::corrupt, "the archive's index is about another file; was something put in front of it?");
  return index;
}

}  // namespace longshore::rotator
