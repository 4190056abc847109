#include "rotator/search/bit_matcher.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace longshore::rotator {
namespace {

// One more place than bytes, for the end that the last line may lack; one more word, for what is looked at from before it.
constexpr std::size_t kRow = BitMatcher::kMostBytes / kPlaces + 2;

// All places moved on.
class Moved {
 public:
  explicit Moved(unsigned by) : by_(by) {}
  PlaceBits operator()(PlaceBits bits) {
    const PlaceBits moved = bits << by_ | behind_;
    behind_ = bits >> (kPlaces - by_);
    return moved;
  }

 private:
  unsigned by_;  // 1 to 63
  PlaceBits behind_ = 0;
};

// From places on through all that follow without a gap in `through`, and to the first place behind them. It is an addition:
// a carry runs through the ones.
class Run {
 public:
  PlaceBits operator()(PlaceBits from, PlaceBits through) {
    PlaceBits sum = 0;
    const bool over = __builtin_add_overflow(from & through, through, &sum);
    const bool over_by_carry = __builtin_add_overflow(sum, carry_, &sum);
    carry_ = over || over_by_carry ? 1 : 0;
    return (sum ^ through) | from;
  }

 private:
  PlaceBits carry_ = 0;
};

template <class Of>
bool fill(PlaceBits* into, std::size_t words, Of of) {
  PlaceBits any = 0;
  for (std::size_t i = 0; i < words; ++i) any |= into[i] = of(i);
  return any != 0;
}

}  // namespace

std::optional<BitMatcher> BitMatcher::make(std::string_view pattern, bool ignore_case) {
  if (!place_bits_are_fast()) return std::nullopt;
  const auto simple = parse_simple(pattern, ignore_case);
  auto program = simple ? bit_program(*simple) : std::nullopt;
  if (!program) return std::nullopt;
  return BitMatcher(std::move(*program));
}

BitMatcher::BitMatcher(BitProgram program)
    : program_(std::move(program)),
      rows_((program_.marks.size() + program_.steps.size() + 3) * kRow),
      marked_(program_.marks.size()),
      empty_(program_.steps.size() + 1),
      text_(kRow * kPlaces + kBytesBehindText) {}

PlaceBits* BitMatcher::row(std::size_t number) { return rows_.data() + number * kRow; }

std::span<const PlaceBits> BitMatcher::find(std::string_view lines) {
  std::memcpy(text_.data(), lines.data(), lines.size());
  const std::size_t end = lines.ends_with('\n') ? lines.size() - 1 : lines.size();
  words_ = end / kPlaces + 1;
  text_[end] = '\n';
  std::memset(text_.data() + end + 1, 0, words_ * kPlaces + kBytesBehindText - (end + 1));
  beyond_ascii_ = program_.long_characters && has_beyond_ascii(text_.data(), words_);
  std::ranges::fill(marked_, 0);

  PlaceBits* anywhere = state(0);
  std::fill_n(anywhere, words_, ~PlaceBits{0});
  anywhere[words_ - 1] >>= kPlaces - 1 - end % kPlaces;
  for (std::size_t i = 0; i < program_.steps.size(); ++i) {
    empty_[i + 1] = perform(program_.steps[i], state(i + 1)) ? 0 : 1;
    if (empty_[i + 1] != 0) std::fill_n(state(i + 1), words_, 0);
  }
  if (empty_.back() != 0) return {};
  PlaceBits* found = state(program_.steps.size());
  const PlaceBits* ends = marks(0);
  fill(found, words_, [&, run = Run()](std::size_t i) mutable { return run(found[i], ~ends[i]) & ends[i]; });
  return {found, words_};
}

// Whether there are any places, which are then in `into`.
bool BitMatcher::perform(const BitStep& step, PlaceBits* into) {
  const PlaceBits* from = state(step.from);
  if (step.kind == BitStep::Kind::either) {
    if (empty_[step.from] != 0 && empty_[step.other] != 0) return false;
    return fill(into, words_, [from, other = state(step.other)](std::size_t i) { return from[i] | other[i]; });
  }
  if (empty_[step.from] != 0) return false;
  const PlaceBits* at = marks(step.other);
  if (step.kind == BitStep::Kind::keep) return fill(into, words_, [=](std::size_t i) { return from[i] & at[i]; });
  if (step.kind == BitStep::Kind::literal)
    return fill(into, words_, [=, moved = Moved(step.length)](std::size_t i) mutable { return moved(from[i] & at[i]); });
  const std::size_t long_row = beyond_ascii_ ? program_.marks[step.other].other : 0;
  const PlaceBits* inside = long_row == 0 ? nullptr : row(long_row + 1);
  if (step.kind == BitStep::Kind::row)
    return inside == nullptr ? move_by_row(from, at, step.length, into)
                             : move_by_long_row(from, at, inside, step.length, into);
  if (inside == nullptr) return fill(into, words_, [=, run = Run()](std::size_t i) mutable { return run(from[i], at[i]); });
  return fill(into, words_, [=, run = Run()](std::size_t i) mutable {
    return from[i] | (run(from[i] & at[i], at[i] | inside[i]) & ~inside[i]);
  });
}

// On by `length` bytes that are all marked.
bool BitMatcher::move_by_row(const PlaceBits* from, const PlaceBits* at, unsigned length, PlaceBits* into) const {
  if (length == 1)
    return fill(into, words_, [=, moved = Moved(1)](std::size_t i) mutable { return moved(from[i] & at[i]); });
  // First the places behind so many marked ones, twice as many each time.
  fill(into, words_, [=, moved = Moved(1)](std::size_t i) mutable { return moved(at[i]); });
  for (unsigned before = 1, more = 0; before < length; before += more) {
    more = std::min(before, length - before);
    fill(into, words_, [=, moved = Moved(more)](std::size_t i) mutable { return into[i] & moved(into[i]); });
  }
  return fill(into, words_, [=, moved = Moved(length)](std::size_t i) mutable { return into[i] & moved(from[i]); });
}

// On by `length` characters that may have several bytes; `at` is where they begin.
bool BitMatcher::move_by_long_row(const PlaceBits* from, const PlaceBits* at, const PlaceBits* inside, unsigned length,
                                  PlaceBits* into) const {
  bool any = true;
  for (unsigned i = 0; i < length && any; ++i, from = into)
    any = fill(into, words_, [=, moved = Moved(1), run = Run()](std::size_t w) mutable {
      return run(moved(from[w] & at[w]), inside[w]) & ~inside[w];
    });
  return any;
}

const PlaceBits* BitMatcher::marks(std::size_t number) {
  if (marked_[number] == 0) mark(number);
  marked_[number] = 1;
  return row(number);
}

void BitMatcher::mark(std::size_t number) {
  const BitMarks& wanted = program_.marks[number];
  PlaceBits* into = row(number);
  switch (wanted.kind) {
    case BitMarks::Kind::literal:
      wanted.literal.mark(text_.data(), words_, into);
      break;
    case BitMarks::Kind::set:
      wanted.bytes.mark(text_.data(), words_, into);
      if (beyond_ascii_ && wanted.other != 0)
        fill(into, words_, [into, add = marks(wanted.other)](std::size_t i) { return into[i] | add[i]; });
      break;
    case BitMarks::Kind::long_characters:
      mark_long_characters(number);
      break;
    case BitMarks::Kind::inside:
      break;
    case BitMarks::Kind::line_begin:
      fill(into, words_, [ends = marks(0), moved = Moved(1)](std::size_t i) mutable { return moved(ends[i]); });
      into[0] |= 1;
      break;
    case BitMarks::Kind::word_edge:
    case BitMarks::Kind::no_word_edge: {
      const PlaceBits flip = wanted.kind == BitMarks::Kind::word_edge ? 0 : ~PlaceBits{0};
      fill(into, words_, [flip, word = marks(wanted.other), moved = Moved(1)](std::size_t i) mutable {
        return word[i] ^ moved(word[i]) ^ flip;
      });
    }
  }
}

// As RE2 takes characters beyond ASCII: a byte that says how many follow, and these.
void BitMatcher::mark_long_characters(std::size_t number) {
  const CharacterSet& set = program_.marks[number].set;
  PlaceBits *first = row(number), *inside = row(number + 1);
  std::fill_n(first, words_, 0);
  std::fill_n(inside, words_, 0);
  PlaceBits* const found = state(program_.steps.size() + 1);
  const auto add = [&](unsigned length) {
    fill(first, words_, [=](std::size_t i) { return first[i] | found[i]; });
    for (unsigned by = 1; by < length; ++by)
      fill(inside, words_, [=, moved = Moved(by)](std::size_t i) mutable { return inside[i] | moved(found[i]); });
  };
  static const LiteralPlaces kKelvin("\xE2\x84\xAA", std::string(3, '\0')), kLongS("\xC5\xBF", std::string(2, '\0'));
  if (set.kelvin) {
    kKelvin.mark(text_.data(), words_, found);
    add(3);
  }
  if (set.long_s) {
    kLongS.mark(text_.data(), words_, found);
    add(2);
  }
  if (!set.beyond_ascii) return;

  const auto bytes = [](unsigned low, unsigned high) {
    std::bitset<256> all;
    for (unsigned byte = low; byte <= high; ++byte) all.set(byte);
    return SetPlaces(all);
  };
  static const SetPlaces kFollowing = bytes(0x80, 0xBF);
  static const SetPlaces kLeading[] = {bytes(0xC2, 0xDF), bytes(0xE0, 0xEF), bytes(0xF0, 0xF4)};
  PlaceBits* const following = row(program_.marks.size() + program_.steps.size() + 2);
  kFollowing.mark(text_.data(), words_, following);
  following[words_] = 0;
  for (unsigned length = 2; length <= 4; ++length) {
    kLeading[length - 2].mark(text_.data(), words_, found);
    for (unsigned by = 1; by < length; ++by)
      fill(found, words_,
           [=](std::size_t i) { return found[i] & (following[i] >> by | following[i + 1] << (kPlaces - by)); });
    add(length);
  }
}

}  // namespace longshore::rotator
