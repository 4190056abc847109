// A simple pattern as steps over words of bits: what a BitMatcher does with each piece of text. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rotator/search/place_bits.hpp"
#include "rotator/search/simple_pattern.hpp"

namespace longshore::rotator {

// Places of the text that a step asks for. Each is a row of bits.
struct BitMarks {
  enum class Kind {
    literal,          // where it begins
    set,              // where a character of it begins
    long_characters,  // where one of several bytes begins
    inside,           // of those of the row before: their other bytes
    line_begin,
    word_edge,  // of the words that row `other` is of; a place is here the end of what is before it
    no_word_edge
  };
  Kind kind;
  LiteralPlaces literal = {"", ""};
  CharacterSet set = {};
  SetPlaces bytes = SetPlaces({});  // of the set
  std::size_t other = 0;            // of a set: the row of its long characters, if there are any
  bool operator==(const BitMarks&) const = default;
};

// One after the other; each makes a state of its own, from that of a step before it: where a match can have come so far.
struct BitStep {
  enum class Kind {
    literal,  // on by its length
    row,      // on by so many characters
    run,      // on by as many characters as one likes, or none
    keep,     // only where marks are
    either    // from one state or the other
  };
  Kind kind;
  std::size_t from = 0;   // state; 0: before all steps, which is anywhere. Step i makes state i + 1
  std::size_t other = 0;  // row of marks; of either: state
  unsigned length = 0;    // bytes of a literal, up to kBytesBehindText; characters of a row, 1 to 63
};

struct BitProgram {
  std::vector<BitMarks> marks;  // the first is the ends of lines
  std::vector<BitStep> steps;   // the last makes the ends of matches
  bool long_characters = false;
};

// Nothing: every line matches, or it repeats more than single characters without a limit, or would take longer than RE2.
std::optional<BitProgram> bit_program(const SimplePattern& pattern);

}  // namespace longshore::rotator
