#include "rotator/archive/index.hpp"

#include <cstring>

#include "common/base/crc32c.hpp"
#include "rotator/archive/numbers.hpp"

namespace longshore::rotator {
namespace {

using base::Code;

constexpr std::string_view kMagic = "LRix";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeader = 48, kRecord = 48;
constexpr std::uint32_t kAny = 1, kLeads = 2, kBroken = 4;
// More frames, or a larger whole, than any archive has: 128 TiB of text.
constexpr std::uint64_t kMostFrames = 1 << 27;
constexpr std::uint64_t kMostBytes = kMostFrames * kFrameSize;
constexpr std::int64_t kMostSeconds = 9'000'000'000;  // Timestamp ends in 2262

std::unexpected<base::Error> corrupt(std::string_view what) {
  return base::fail(Code::corrupt, "the archive's index is damaged: " + std::string(what));
}

}  // namespace

FrameInfo describe_text(std::string_view text, LineClock& clock) {
  FrameInfo info;
  info.text_size = static_cast<std::uint32_t>(text.size());
  info.crc = base::crc32c(text);
  LineTimes& times = info.times;
  for (std::size_t begin = 0; begin < text.size();) {
    const void* found = std::memchr(text.data() + begin, '\n', text.size() - begin);
    const std::size_t end =
        found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (found != nullptr) ++info.lines;
    if (const auto time = clock.seconds(text.substr(begin, end - begin))) {
      times.earliest = times.any ? std::min(times.earliest, *time) : *time;
      times.latest = times.any ? std::max(times.latest, *time) : *time;
      times.last = *time;
      times.any = true;
    } else if (begin == 0) {
      times.leads = true;
    }
    begin = end + 1;
  }
  return info;
}

std::uint64_t Index::lines() const {
  std::uint64_t sum = 0;
  for (const FrameInfo& frame : frames) sum += frame.lines;
  return sum;
}

std::string encode_index(const Index& index) {
  std::string out(kMagic);
  out.reserve(kHeader + index.frames.size() * kRecord + kIndexTrailerSize);
  append_number(out, kVersion);
  append_number(out, static_cast<std::uint16_t>(index.codec));
  append_number(out, std::uint64_t{index.frames.size()});
  append_number(out, index.size());
  append_number(out, index.text_size());
  append_number(out, index.lines());
  append_number(out, index.reference.ns / 1'000'000'000);
  for (const FrameInfo& frame : index.frames) {
    append_number(out, frame.size);
    append_number(out, frame.text_size);
    append_number(out, frame.lines);
    append_number(out, frame.crc);
    append_number(out, frame.times.earliest);
    append_number(out, frame.times.latest);
    append_number(out, frame.times.last);
    append_number(out, (frame.times.any ? kAny : 0) | (frame.times.leads ? kLeads : 0) | (frame.times.broken ? kBroken : 0));
    append_number(out, std::uint32_t{0});
  }
  append_number(out, std::uint64_t{out.size() + kIndexTrailerSize});
  append_number(out, base::crc32c(out));
  out += kMagic;
  return out;
}

std::uint64_t index_size(std::string_view trailer) {
  if (trailer.size() != kIndexTrailerSize || !trailer.ends_with(kMagic)) return 0;
  const auto size = get_number<std::uint64_t>(trailer.data());
  if (size < kHeader + kIndexTrailerSize || (size - kHeader - kIndexTrailerSize) % kRecord != 0) return 0;
  return (size - kHeader - kIndexTrailerSize) / kRecord <= kMostFrames ? size : 0;
}

base::Result<Index> decode_index(std::string_view bytes) {
  if (bytes.size() < kHeader + kIndexTrailerSize || !bytes.starts_with(kMagic)) return corrupt("it does not begin as one");
  if (index_size(bytes.substr(bytes.size() - kIndexTrailerSize)) != bytes.size()) return corrupt("it does not end as one");
  const std::size_t checked = bytes.size() - 8;
  if (get_number<std::uint32_t>(bytes.data() + checked) != base::crc32c(bytes.substr(0, checked)))
    return corrupt("its checksum is wrong");
  if (const auto version = get_number<std::uint16_t>(bytes.data() + 4); version != kVersion)
    return base::fail(Code::corrupt,
                      "the archive's index has version " + std::to_string(version) + "; this program knows 1");
  const auto codec = get_number<std::uint16_t>(bytes.data() + 6);
  const auto count = get_number<std::uint64_t>(bytes.data() + 8);
  const auto reference = get_number<std::int64_t>(bytes.data() + 40);
  if (codec != static_cast<std::uint16_t>(Codec::gzip) && codec != static_cast<std::uint16_t>(Codec::zstd))
    return corrupt("it names no codec");
  if (count != (bytes.size() - kHeader - kIndexTrailerSize) / kRecord)
    return corrupt("it has not the frames that it counts");
  if (reference < -kMostSeconds || reference > kMostSeconds) return corrupt("its time cannot be");

  Index index{static_cast<Codec>(codec), {reference * 1'000'000'000}, {}};
  index.frames.reserve(count);
  std::uint64_t offset = 0, text_offset = 0;
  for (const char* at = bytes.data() + kHeader; index.frames.size() < count; at += kRecord) {
    const auto flags = get_number<std::uint32_t>(at + 40);
    FrameInfo frame{offset,
                    text_offset,
                    get_number<std::uint32_t>(at),
                    get_number<std::uint32_t>(at + 4),
                    get_number<std::uint32_t>(at + 8),
                    get_number<std::uint32_t>(at + 12),
                    {(flags & kAny) != 0, (flags & kLeads) != 0, (flags & kBroken) != 0, get_number<std::int64_t>(at + 16),
                     get_number<std::int64_t>(at + 24), get_number<std::int64_t>(at + 32)}};
    const LineTimes& times = frame.times;
    if (frame.size == 0 || frame.size > 2 * kFrameSize || frame.text_size == 0 || frame.text_size > kFrameSize ||
        frame.lines > frame.text_size || times.earliest > times.last || times.last > times.latest)
      return corrupt("frame " + std::to_string(index.frames.size()) + " cannot be as it says");
    offset += frame.size;
    text_offset += frame.text_size;
    index.frames.push_back(frame);
  }
  if (offset > kMostBytes || offset != get_number<std::uint64_t>(bytes.data() + 16) ||
      text_offset != get_number<std::uint64_t>(bytes.data() + 24) ||
      index.lines() != get_number<std::uint64_t>(bytes.data() + 32))
    return corrupt("its sums are wrong");
  return index;
}

}  // namespace longshore::rotator
