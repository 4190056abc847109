// A pattern of RE2's syntax as a tree, if it is a simple one, as most are that people search logs for: characters, sets of
// them, groups, choices, repetitions, beginnings and ends of lines and words. Pure.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <vector>

namespace longshore::rotator {

// Characters, any one of which is meant. No set has the end of a line.
struct CharacterSet {
  std::bitset<256> bytes;     // those of one byte; or one byte of a character of several
  bool beyond_ascii = false;  // each of several bytes
  bool kelvin = false;        // U+212A, which is a k whatever the case
  bool long_s = false;        // U+017F, which is an s
  bool operator==(const CharacterSet&) const = default;
};

struct SimplePattern {
  enum class Kind { one, sequence, choice, repetition, line_begin, line_end, word_edge, no_word_edge };
  static constexpr unsigned kNoLimit = ~0U;

  Kind kind = Kind::sequence;
  CharacterSet set;                  // of one
  std::vector<SimplePattern> parts;  // of a sequence, a choice; of a repetition, that which is repeated
  unsigned least = 0, most = 0;      // of a repetition
};

// What `pattern`, which RE2 takes as UTF-8, means within a line. Nothing: it is not simple.
std::optional<SimplePattern> parse_simple(std::string_view pattern, bool ignore_case);

CharacterSet word_characters();  // those that make a word for \b, \B and \w

}  // namespace longshore::rotator
