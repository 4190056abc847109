#include "common/base/zone.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <vector>

#include "common/base/zone_rule.hpp"

namespace longshore::base {
namespace {

// Big-endian integers of a TZif file, bounded.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool has(std::uint64_t count) const { return rest_.size() >= count; }
  void skip(std::uint64_t count) { rest_.remove_prefix(static_cast<std::size_t>(count)); }
  std::string_view rest() const { return rest_; }
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
    return isut >= 0 && isut <= kMost && isstd >= 0 && isstd <= kMost && leap >= 0 && leap <= kMost && time >= 0 &&
           time <= kMost && type > 0 && type <= 256 && chars >= 0 && chars <= kMost;
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

constexpr int kFirstYear = 1969, kLastYear = 2199;  // in which the rule at the file's end is expanded
constexpr std::int32_t kMostOffset = 26 * 3600;     // RFC 8536 §3.2

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
  return fail(Code::invalid, "\"" + std::string(text) + "\" is not an offset from UTC, e.g. \"+02:00\"");
}

Result<Zone> Zone::from_tzif(std::string_view bytes, std::string_view name) {
  const auto damaged = [&] { return fail(Code::invalid, "time zone \"" + std::string(name) + "\": not a TZif file"); };
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
    const auto offset = static_cast<std::int32_t>(in.number(4));
    if (offset < -kMostOffset || offset > kMostOffset) return damaged();
    offsets.push_back(offset);
    in.skip(2);
  }
  in.skip(static_cast<std::uint64_t>(counts.chars + counts.leap * (word + 4) + counts.isstd + counts.isut));
  Changes changes;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (kinds[i] >= offsets.size() || (i > 0 && times[i] <= times[i - 1])) return damaged();
    changes.push_back({times[i], offsets[kinds[i]]});
  }
  Zone zone;
  zone.first_offset_ = offsets[0];
  const std::string_view footer = in.rest();
  if (word == 8 && footer.size() > 2) {
    if (!footer.starts_with('\n') || !footer.ends_with('\n')) return damaged();
    const auto rule = expand_zone_rule(footer.substr(1, footer.size() - 2), kFirstYear, kLastYear);
    if (!rule) return damaged();
    const std::int64_t last = changes.empty() ? std::numeric_limits<std::int64_t>::min() : changes.back().at;
    std::ranges::copy_if(rule->changes, std::back_inserter(changes), [last](const OffsetChange& c) { return c.at > last; });
    if (changes.empty()) zone.first_offset_ = rule->standard;
  }
  if (!changes.empty()) zone.changes_ = std::make_shared<const Changes>(std::move(changes));
  return zone;
}

std::int32_t Zone::offset_at(std::int64_t seconds) const {
  const auto after = std::ranges::upper_bound(*changes_, seconds, {}, &OffsetChange::at);
  return after == changes_->begin() ? first_offset_ : std::prev(after)->offset;
}

Timestamp Zone::to_local(Timestamp utc) const {
  return utc + std::chrono::seconds(changes_ == nullptr ? first_offset_ : offset_at(utc.ns / 1'000'000'000));
}

Timestamp Zone::to_utc(Timestamp local) const {
  if (changes_ == nullptr) return local - std::chrono::seconds(first_offset_);
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t seconds = local.ns / 1'000'000'000;
  // Of the offsets of the day before and the day after, the earlier one is tried first: where both fit, it gives the first
  // of the two.
  const std::int32_t before = offset_at(seconds - kDay), after = offset_at(seconds + kDay);
  const bool changed = offset_at(seconds - before) != before && offset_at(seconds - after) == after;
  return local - std::chrono::seconds(changed ? after : before);
}

}  // namespace longshore::base
