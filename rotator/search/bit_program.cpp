#include "rotator/search/bit_program.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace longshore::rotator {
namespace {

using Kind = SimplePattern::Kind;

// What rows and steps cost, roughly, in cycles for 64 places. RE2 takes 250 or more.
constexpr unsigned kMostCost = 160;
constexpr unsigned kCostOfASet = 6, kCostOfALiteral = 8, kCostOfAStep = 2, kCostOfARun = 4;
constexpr unsigned kMostInARow = 63;  // a word less one place

bool is_long(const CharacterSet& set) { return set.beyond_ascii || set.kelvin || set.long_s; }

class Compiler {
 public:
  std::optional<BitProgram> compile(const SimplePattern& pattern) {
    literal_row("\n", std::string(1, '\0'));
    const std::size_t last = state_after(pattern, 0);
    if (!possible_ || last == 0 || last != program_.steps.size()) return std::nullopt;
    return std::move(program_);
  }

 private:
  void pay(unsigned cost) {
    cost_ += cost;
    if (cost_ > kMostCost) possible_ = false;
  }

  std::size_t step(BitStep step, unsigned cost) {
    pay(cost);
    program_.steps.push_back(step);
    return program_.steps.size();
  }

  // Each is made once, whatever steps ask for it.
  std::size_t row(const BitMarks& marks, unsigned cost) {
    const auto found = std::ranges::find(program_.marks, marks);
    if (found != program_.marks.end()) return static_cast<std::size_t>(found - program_.marks.begin());
    pay(cost);
    program_.marks.push_back(marks);
    return program_.marks.size() - 1;
  }
  std::size_t literal_row(const std::string& literal, const std::string& mask) {
    return row({BitMarks::Kind::literal, LiteralPlaces(literal, mask)}, kCostOfALiteral);
  }
  std::size_t set_row(const CharacterSet& set) {
    BitMarks marks{BitMarks::Kind::set};
    marks.set = set;
    marks.bytes = SetPlaces(set.bytes);
    if (is_long(set)) marks.other = long_row(set);
    return row(marks, kCostOfASet);
  }
  std::size_t long_row(CharacterSet set) {
    program_.long_characters = true;
    set.bytes.reset();
    BitMarks marks{BitMarks::Kind::long_characters};
    marks.set = set;
    const std::size_t number = row(marks, 0);
    if (number + 1 == program_.marks.size()) program_.marks.push_back({BitMarks::Kind::inside});
    return number;
  }
  std::size_t edge_row(BitMarks::Kind kind) {
    BitMarks marks{kind};
    marks.other = set_row(word_characters());
    return row(marks, kCostOfAStep);
  }

  std::size_t state_after(const SimplePattern& pattern, std::size_t from) {
    if (!possible_) return 0;
    const auto keep = [&](std::size_t marks) { return step({BitStep::Kind::keep, from, marks}, kCostOfAStep); };
    switch (pattern.kind) {
      case Kind::one:
        return after_row(pattern.set, 1, from);
      case Kind::sequence:
        return after_sequence(pattern, from);
      case Kind::choice:
        return after_choice(pattern, from);
      case Kind::repetition:
        return after_repetition(pattern, from);
      case Kind::line_begin:
        return keep(row({BitMarks::Kind::line_begin}, kCostOfAStep));
      case Kind::line_end:
        return keep(0);
      case Kind::word_edge:
        return keep(edge_row(BitMarks::Kind::word_edge));
      case Kind::no_word_edge:
        return keep(edge_row(BitMarks::Kind::no_word_edge));
    }
    std::unreachable();
  }

  // A letter of a literal: a byte, or two that differ as a letter of ASCII does in its two cases.
  static bool letter(const SimplePattern& pattern, std::string& literal, std::string& mask) {
    const auto& bytes = pattern.set.bytes;
    if (pattern.kind != Kind::one || is_long(pattern.set) || bytes.none() || bytes.count() > 2) return false;
    const std::size_t first = bytes._Find_first(), second = bytes._Find_next(first);
    if (bytes.count() == 2 && (first ^ second) != 0x20) return false;
    literal += static_cast<char>(bytes.count() == 2 ? second : first);
    mask += bytes.count() == 2 ? '\x20' : '\0';
    return true;
  }

  static void flatten(const SimplePattern& pattern, std::vector<const SimplePattern*>& parts) {
    for (const SimplePattern& part : pattern.parts)
      if (part.kind == Kind::sequence) {
        flatten(part, parts);
      } else {
        parts.push_back(&part);
      }
  }

  std::size_t after_sequence(const SimplePattern& pattern, std::size_t from) {
    std::vector<const SimplePattern*> parts;
    flatten(pattern, parts);
    for (std::size_t i = 0; i < parts.size();) {
      std::string literal, mask;
      while (i < parts.size() && literal.size() < kBytesBehindText && letter(*parts[i], literal, mask)) ++i;
      if (!literal.empty()) {
        const auto length = static_cast<unsigned>(literal.size());
        from = step({BitStep::Kind::literal, from, literal_row(literal, mask), length}, kCostOfAStep);
      } else {
        from = state_after(*parts[i++], from);
      }
    }
    return from;
  }

  std::size_t after_choice(const SimplePattern& pattern, std::size_t from) {
    std::size_t all = state_after(pattern.parts[0], from);
    for (std::size_t i = 1; i < pattern.parts.size(); ++i) all = either(all, state_after(pattern.parts[i], from));
    return all;
  }
  std::size_t either(std::size_t a, std::size_t b) { return a == b ? a : step({BitStep::Kind::either, a, b}, kCostOfAStep); }

  std::size_t after_repetition(const SimplePattern& pattern, std::size_t from) {
    const SimplePattern* part = &pattern.parts[0];
    while (part->kind == Kind::sequence && part->parts.size() == 1) part = &part->parts[0];
    const bool one = part->kind == Kind::one;
    if (one) from = after_row(part->set, pattern.least, from);
    for (unsigned i = 0; !one && i < pattern.least && possible_; ++i) from = state_after(*part, from);
    if (pattern.most == SimplePattern::kNoLimit) {
      if (!one) possible_ = false;
      return possible_ ? step({BitStep::Kind::run, from, set_row(part->set)}, kCostOfARun) : 0;
    }
    std::size_t all = from;
    for (unsigned i = pattern.least; i < pattern.most && possible_; ++i) {
      from = state_after(*part, from);
      all = either(all, from);
    }
    return all;
  }

  std::size_t after_row(const CharacterSet& set, unsigned count, std::size_t from) {
    for (; count > 0 && possible_; count -= std::min(count, kMostInARow)) {
      const unsigned here = std::min(count, kMostInARow);
      const auto cost = kCostOfAStep * (is_long(set) ? here : static_cast<unsigned>(std::bit_width(here)));
      from = step({BitStep::Kind::row, from, set_row(set), here}, cost);
    }
    return from;
  }

  BitProgram program_;
  unsigned cost_ = 0;
  bool possible_ = true;
};

}  // namespace

std::optional<BitProgram> bit_program(const SimplePattern& pattern) { return Compiler().compile(pattern); }

}  // namespace longshore::rotator
