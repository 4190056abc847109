// Which lines of a block of text a pattern selects. The block is searched as a whole, not line by line: a pattern that is a
// literal by its bytes, one that must contain certain literals by them first, a simple one by bits, any other by RE2 over
// all lines at once. Pure.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/search/bit_matcher.hpp"
#include "rotator/search/literal_finder.hpp"

namespace longshore::rotator {

struct PatternText {
  std::string text;  // RE2's syntax; of several lines, each is a pattern, as with grep
  bool fixed = false;
  bool ignore_case = false;
};

// One thread; each has its own, as RE2's memory of states is best not shared.
class Matcher {
 public:
  // Code::invalid tells what is wrong with the pattern.
  static base::Result<Matcher> make(const PatternText& pattern);

  bool everything() const { return everything_; }  // each line is one that matches

  // The text that is searched next: whole lines, of which the last may lack its end. It lives as long as it is searched.
  void begin(std::string_view block);
  // A place in the first line that matches, its '\n' included, of the lines that begin at `from` or behind; npos: none.
  // `from` is where a line begins, and not smaller than before.
  std::size_t find(std::size_t from);

 private:
  Matcher() = default;
  std::size_t find_by_literals(std::size_t from);
  std::size_t find_by_bits(std::size_t from);
  std::size_t find_by_block(std::size_t from) const;
  std::size_t find_by_line(std::size_t from, std::size_t until) const;
  bool matches_line(std::size_t begin, std::size_t end) const;

  std::string_view block_;
  bool everything_ = false;
  bool literal_ = false;  // what the first finder finds is a match
  bool by_line_ = false;  // the pattern looks at where the text begins or ends
  // A line in which one of these finds nothing does not match. The last is used; where it finds too much of no use, it goes.
  std::vector<LiteralFinder> finders_;
  std::int64_t credit_ = 0;  // bytes that were passed over, less those that lines have cost
  std::optional<BitMatcher> bits_;
  std::span<const PlaceBits> ends_;  // of the lines that match, in the part of the block below
  std::size_t part_ = 0, part_end_ = 0;
  std::unique_ptr<RE2> regex_;
};

// The line around `place`: where it begins, and its end, which is its '\n' or the end of the block.
std::size_t line_begin(std::string_view block, std::size_t place);
std::size_t line_end(std::string_view block, std::size_t place);

}  // namespace longshore::rotator
