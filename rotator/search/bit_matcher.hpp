// Finds the lines that a simple pattern matches, all of a piece of text at once: of each step of the pattern, a bit for each
// place tells whether a match can have come there. What it costs depends on the pattern, not on how often it is found. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rotator/search/bit_program.hpp"

namespace longshore::rotator {

// One thread.
class BitMatcher {
 public:
  static constexpr std::size_t kMostBytes = 8 << 10;

  // `pattern` is one that RE2 has accepted, as UTF-8. Nothing: it is none of those that this can match faster on this
  // machine.
  static std::optional<BitMatcher> make(std::string_view pattern, bool ignore_case);

  // The bits that are set are the ends of the lines that match. `lines`: whole ones, 1 to kMostBytes bytes of them; where
  // the last lacks its end, its bit is the one behind the text. Valid until the next call.
  std::span<const PlaceBits> find(std::string_view lines);

 private:
  explicit BitMatcher(BitProgram program);
  PlaceBits* row(std::size_t number);
  PlaceBits* state(std::size_t number) { return row(program_.marks.size() + number); }
  const PlaceBits* marks(std::size_t number);
  void mark(std::size_t number);
  void mark_long_characters(std::size_t number);
  bool perform(const BitStep& step, PlaceBits* into);
  bool move_by_row(const PlaceBits* from, const PlaceBits* at, unsigned length, PlaceBits* into) const;
  bool move_by_long_row(const PlaceBits* from, const PlaceBits* at, const PlaceBits* inside, unsigned length,
                        PlaceBits* into) const;

  BitProgram program_;
  std::vector<PlaceBits> rows_;  // of marks, of states, and for long characters
  std::vector<char> marked_;     // rows of marks that are those of the text
  std::vector<char> empty_;      // states that have no bit
  std::vector<char> text_;
  std::size_t words_ = 0;
  bool beyond_ascii_ = false;  // the text has characters of several bytes, and the pattern may mean them
};

}  // namespace longshore::rotator
