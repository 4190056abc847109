#include "rotator/search/matcher.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "rotator/search/required_literals.hpp"

namespace longshore::rotator {
namespace {

// Showing a line to RE2 in vain costs as much as passing over so many bytes; a finder that has cost more than it has saved
// goes.
constexpr std::int64_t kCostOfALine = 500;
constexpr std::int64_t kMostCredit = 64 << 10;
// Where there are bits: what a place costs at which a finder stopped in vain, by literal, and above how many literals bits
// are faster whatever the text.
constexpr std::int64_t kCostOfAPlace = 50;
constexpr std::size_t kMostBesideBits = 4;

using base::Code;
using base::Result;

// A pattern that looks at where the text begins or ends, or takes any byte, sees a difference between a line and a block.
bool tells_line_from_block(const std::string& pattern) {
  for (const char* sign : {"\\A", "\\z", "\\C"})
    if (pattern.find(sign) != pattern.npos) return true;
  for (std::size_t at = pattern.find("(?"); at != pattern.npos; at = pattern.find("(?", at + 1))
    for (std::size_t i = at + 2;
         i < pattern.size() && (std::isalpha(static_cast<unsigned char>(pattern[i])) != 0 || pattern[i] == '-'); ++i)
      if (pattern[i] == 'm') return true;
  return false;
}

// One that matches what any line of the pattern matches.
Result<std::string> one_pattern(const PatternText& pattern, const RE2::Options& options) {
  std::string all;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(pattern.text.find('\n', begin), pattern.text.size());
    std::string one = pattern.text.substr(begin, end - begin);
    if (pattern.fixed) one = RE2::QuoteMeta(one);
    const RE2 alone(one, options);
    if (!alone.ok() && alone.error_code() != RE2::ErrorBadUTF8)
      return base::fail(Code::invalid, "the pattern \"" + one + "\": " + alone.error());
    all += (begin > 0 ? "|(?:" : "(?:") + one + ")";
    if (end == pattern.text.size()) return all;
    begin = end + 1;
  }
}

}  // namespace

std::size_t line_begin(std::string_view block, std::size_t place) {
  const void* end = ::memrchr(block.data(), '\n', place);
  return end == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(end) - block.data()) + 1;
}

std::size_t line_end(std::string_view block, std::size_t place) {
  const void* end = std::memchr(block.data() + place, '\n', block.size() - place);
  return end == nullptr ? block.size() : static_cast<std::size_t>(static_cast<const char*>(end) - block.data());
}

Result<Matcher> Matcher::make(const PatternText& pattern) {
  Matcher matcher;
  matcher.credit_ = kMostCredit / 2;
  if (pattern.text.empty()) {
    matcher.everything_ = true;
    return matcher;
  }
  const bool plain = pattern.fixed || pattern.text.find_first_of("\\.+*?()|[]{}^$") == pattern.text.npos;
  if (plain && !pattern.ignore_case && pattern.text.find('\n') == pattern.text.npos) {
    matcher.literal_ = true;
    matcher.finders_.emplace_back(std::vector<std::string>{pattern.text}, false);
    return matcher;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_nl(true);
  options.set_case_sensitive(!pattern.ignore_case);
  TRY(all, one_pattern(pattern, options));
  const auto compile = [&](const std::string& text) { return std::make_unique<RE2>(text, options); };
  matcher.regex_ = compile(all);
  if (matcher.regex_->error_code() == RE2::ErrorBadUTF8) {
    options.set_encoding(RE2::Options::EncodingLatin1);
    matcher.regex_ = compile(all);
  }
  if (!matcher.regex_->ok())
    return base::fail(Code::invalid, "the pattern \"" + pattern.text + "\": " + matcher.regex_->error());
  matcher.by_line_ = tells_line_from_block(all);
  if (!matcher.by_line_) matcher.regex_ = compile("(?m:" + all + ")");
  if (options.encoding() == RE2::Options::EncodingUTF8) matcher.bits_ = BitMatcher::make(all, pattern.ignore_case);
  auto sets = required_literals(all, options);
  for (; !sets.empty(); sets.pop_back())
    if (!matcher.bits_ || sets.back().size() <= kMostBesideBits) matcher.finders_.emplace_back(sets.back(), true);
  return matcher;
}

void Matcher::begin(std::string_view block) {
  block_ = block;
  part_ = part_end_ = 0;
}

std::size_t Matcher::find(std::size_t from) {
  if (from >= block_.size()) return block_.npos;
  if (everything_) return from;
  if (literal_) return finders_[0].find(block_, from);
  if (!finders_.empty()) return find_by_literals(from);
  if (bits_) return find_by_bits(from);
  return by_line_ ? find_by_line(from, block_.size()) : find_by_block(from);
}

std::size_t Matcher::find_by_literals(std::size_t from) {
  while (from < block_.size()) {
    std::size_t vain = 0;
    const std::size_t place = finders_.back().find(block_, from, &vain);
    credit_ =
        std::min<std::int64_t>(credit_ + static_cast<std::int64_t>(std::min(place, block_.size()) - from), kMostCredit);
    if (bits_) credit_ -= static_cast<std::int64_t>(vain * finders_.back().count()) * kCostOfAPlace;
    if (place == block_.npos) return place;
    const std::size_t end = line_end(block_, place);
    const bool matches = matches_line(line_begin(block_, place), end);
    if (!matches || bits_) credit_ -= kCostOfALine;  // bits cost the same where a line matches
    const bool goes = credit_ < 0;
    if (goes) {
      finders_.pop_back();
      credit_ = kMostCredit / 2;
    }
    if (matches) return place;
    from = end + 1;
    if (goes) return find(from);
  }
  return block_.npos;
}

std::size_t Matcher::find_by_bits(std::size_t from) {
  while (from < block_.size()) {
    if (from >= part_end_) {
      part_ = from;
      part_end_ =
          block_.size() - from <= BitMatcher::kMostBytes ? block_.size() : line_begin(block_, from + BitMatcher::kMostBytes);
      if (part_end_ <= from) {  // a line that is too long for it
        part_end_ = std::min(line_end(block_, from) + 1, block_.size());
        ends_ = {};
        if (find_by_line(from, part_end_) != block_.npos) return from;
      } else {
        ends_ = bits_->find(block_.substr(from, part_end_ - from));
      }
    }
    for (std::size_t at = from - part_; at / kPlaces < ends_.size(); at = (at / kPlaces + 1) * kPlaces)
      if (const PlaceBits ends = ends_[at / kPlaces] >> at % kPlaces; ends != 0)
        return std::min(part_ + at + static_cast<std::size_t>(std::countr_zero(ends)), block_.size() - 1);
    from = part_end_;
  }
  return block_.npos;
}

bool Matcher::matches_line(std::size_t begin, std::size_t end) const {
  return RE2::PartialMatch({block_.data() + begin, end - begin}, *regex_);
}

std::size_t Matcher::find_by_line(std::size_t from, std::size_t until) const {
  while (from < until) {
    const std::size_t end = line_end(block_, from);
    if (matches_line(from, end)) return from;
    from = end + 1;
  }
  return block_.npos;
}

std::size_t Matcher::find_by_block(std::size_t from) const {
  while (from < block_.size()) {
    re2::StringPiece match;
    if (!regex_->Match({block_.data(), block_.size()}, from, block_.size(), RE2::UNANCHORED, &match, 1)) return block_.npos;
    const auto begin = static_cast<std::size_t>(match.data() - block_.data());
    if (begin == block_.size() && block_.ends_with('\n')) return block_.npos;  // there is no line behind the last line end
    if (std::memchr(match.data(), '\n', match.size()) == nullptr) return begin;
    // It takes more than a line. That says only that before it there is nothing: its lines are asked one by one.
    const std::size_t end = begin + match.size();
    if (const std::size_t found = find_by_line(line_begin(block_, begin), end); found != block_.npos) return found;
    from = line_end(block_, end - 1) + 1;
  }
  return block_.npos;
}

}  // namespace longshore::rotator
