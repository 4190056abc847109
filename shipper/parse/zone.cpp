#include "shipper/parse/zone.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

using base::Code;
using base::Result;

// Big-endian integers of a TZif file, bounded.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool has(std::uint64_t count) const { return rest_.size() >= count; }
  void skip(std::uint64_t count) { rest_.remove_prefix(static_cast<std::size_t>(count)); }
  std::int64_t number(unsigned size) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    skip(size);
    return size == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
  }

 private:
  std::string_view rest_;
};

struct Counts {
  std::int64_t isut, isstd, leap, time, type, chars;
  bool sane() const {
    constexpr std::int64_t kMost = 100'000;
    return isut >= 0 && isut <= kMost && isstd >= 0 && isstd <= kMost && leap >= 0 && leap <= kMost && time >= 0 && time <= kMost &&
           type > 0 && type <= 256 && chars >= 0 && chars <= kMost;
  }
  std::uint64_t size(unsigned word) const {
    return static_cast<std::uint64_t>(time * (word + 1) + type * 6 + chars + leap * (word + 4) + isstd + isut);
  }
};

Counts read_counts(Reader& in) {
  Counts c{};
  c.isut = in.number(4), c.isstd = in.number(4), c.leap = in.number(4);
  c.time = in.number(4), c.type = in.number(4), c.chars = in.number(4);
  return c;
}

int digit_pair(std::string_view text) {
  if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

}  // namespace

Result<Zone> Zone::from_offset(std::string_view text) {
  if (text == "UTC" || text == "Z" || text == "GMT") return Zone();
  const bool colon = text.size() == 6 && text[3] == ':';
  if ((text.size() == 5 || colon) && (text[0] == '+' || text[0] == '-')) {
    const int hours = digit_pair(text.substr(1)), minutes = digit_pair(text.substr(colon ? 4 : 3));
    if (hours >= 0 && hours <= 15 && minutes >= 0 && minutes < 60) {
      Zone zone;
      zone.first_offset_ = (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
      return zone;
    }
  }
  return base::fail(Code::invalid, "\"" + std::string(text) + "\" is not an offset from UTC, e.g. \"+02:00\"");
}

Result<Zone> Zone::from_tzif(std::string_view bytes, std::string_view name) {
  const auto damaged = [&] { return base::fail(Code::invalid, "time zone \"" + std::string(name) + "\": not a TZif file"); };
  constexpr std::size_t kHeader = 44;
  Reader in(bytes);
  if (!in.has(kHeader) || !bytes.starts_with("TZif")) return damaged();
  const char version = bytes[4];
  in.skip(20);
  Counts counts = read_counts(in);
  unsigned word = 4;
  if (version >= '2') {  // the second, 64-bit half holds everything
    if (!counts.sane() || !in.has(counts.size(4) + kHeader)) return damaged();
    in.skip(counts.size(4) + 20);
    counts = read_counts(in);
    word = 8;
  }
  if (!counts.sane() || !in.has(counts.size(word))) return damaged();
  std::vector<std::int64_t> times;
  for (std::int64_t i = 0; i < counts.time; ++i) times.push_back(in.number(word));
  std::vector<std::uint8_t> kinds;
  for (std::int64_t i = 0; i < counts.time; ++i) kinds.push_back(static_cast<std::uint8_t>(in.number(1)));
  std::vector<std::int32_t> offsets;
  for (std::int64_t i = 0; i < counts.type; ++i) {
    offsets.push_back(static_cast<std::int32_t>(in.number(4)));
    in.skip(2);
  }
  Zone zone;
  zone.first_offset_ = offsets[0];
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (kinds[i] >= offsets.size()) return damaged();
    zone.changes_.push_back({times[i], offsets[kinds[i]]});
  }
  return zone;
}

base::Timestamp Zone::to_utc(base::Timestamp local) const {
  const auto offset_at = [this](std::int64_t seconds) {
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), seconds,
                                        [](std::int64_t s, const Change& change) { return s < change.at; });
    return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
  };
  const std::int64_t seconds = local.ns / 1'000'000'000;
  // The offset before the nearest change is tried first: it holds unless the reading lies after the change.
  const std::int32_t guess = offset_at(seconds - first_offset_);
  const std::int32_t before = offset_at(seconds - guess - 86'400);
  const std::int32_t offset = offset_at(seconds - before) == before ? before : offset_at(seconds - guess);
  return local - std::chrono::seconds(offset);
}

}  // namespace longshore::shipper
