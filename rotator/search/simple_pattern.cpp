#include "rotator/search/simple_pattern.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace longshore::rotator {
namespace {

using Kind = SimplePattern::Kind;

constexpr unsigned kMostOfARepetition = 1000;  // RE2's own

CharacterSet ranges(std::string_view pairs) {
  CharacterSet set;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
    for (auto c = static_cast<unsigned char>(pairs[i]); c <= static_cast<unsigned char>(pairs[i + 1]); ++c) set.bytes.set(c);
  set.bytes.reset('\n');
  return set;
}

// Of ASCII, the letters in both cases, and what RE2 holds to be the same letters beyond it.
void fold(CharacterSet& set) {
  for (unsigned char c = 'a'; c <= 'z'; ++c) set.bytes[c] = set.bytes[c ^ 0x20U] = set.bytes[c] || set.bytes[c ^ 0x20U];
  set.kelvin = set.bytes['k'] && !set.beyond_ascii;
  set.long_s = set.bytes['s'] && !set.beyond_ascii;
}

void add(CharacterSet& to, const CharacterSet& set) {
  to.bytes |= set.bytes;
  to.beyond_ascii |= set.beyond_ascii;
}

// Without a case: what is the same letter in another case is added to the whole.
CharacterSet all_but(CharacterSet set) {
  for (unsigned c = 0; c < 0x80; ++c) set.bytes.flip(c);
  set.bytes.reset('\n');
  set.beyond_ascii = !set.beyond_ascii;
  return set;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What RE2 has accepted is read once more, so nothing here looks for mistakes; what is not known ends it.
class Parser {
 public:
  Parser(std::string_view text, bool ignore_case) : text_(text), fold_(ignore_case) {}

  std::optional<SimplePattern> parse() {
    SimplePattern all = choice();
    if (!known_ || !rest().empty()) return std::nullopt;
    return all;
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  bool take(std::string_view text) {
    if (!rest().starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  char next() { return at_ < text_.size() ? text_[at_++] : (known_ = false, '\0'); }

  SimplePattern choice() {
    const bool outer = fold_;  // what (?i) changes holds up to the end of its group
    SimplePattern all{Kind::choice, {}, {}, 0, 0};
    do all.parts.push_back(sequence());
    while (known_ && take("|"));
    fold_ = outer;
    return all.parts.size() == 1 ? std::move(all.parts[0]) : all;
  }

  SimplePattern sequence() {
    SimplePattern all;
    while (known_ && !rest().empty() && rest()[0] != '|' && rest()[0] != ')') {
      if (take("(?i)")) {
        fold_ = true;
        known_ = rest().find_first_of("*+?{") != 0;  // of what is before it
        continue;
      }
      all.parts.push_back(repeated(item()));
    }
    return all;
  }

  SimplePattern repeated(SimplePattern part) {
    while (known_) {
      unsigned least = 0, most = SimplePattern::kNoLimit;
      if (take("+")) {
        least = 1;
      } else if (take("?")) {
        most = 1;
      } else if (!take("*") && !counts(least, most)) {
        break;
      }
      take("?");  // the shortest match is in the same lines
      SimplePattern all{Kind::repetition, {}, {}, least, most};
      all.parts.push_back(std::move(part));
      part = std::move(all);
    }
    return part;
  }

  // {2}, {2,} or {2,5}; any other brace is a character.
  bool counts(unsigned& least, unsigned& most) {
    const std::size_t begin = at_;
    const auto number = [&](unsigned& value) {
      const std::size_t first = at_;
      for (value = 0; !rest().empty() && is_digit(rest()[0]) && value <= kMostOfARepetition; ++at_)
        value = value * 10 + static_cast<unsigned>(rest()[0] - '0');
      return at_ > first;
    };
    if (take("{") && number(least)) {
      most = least;
      if (take(",") && !number(most)) most = SimplePattern::kNoLimit;
      if (take("}")) return true;
    }
    at_ = begin;
    return false;
  }

  SimplePattern item() {
    const char c = next();
    if (c == '(') return group();
    if (c == '^') return {Kind::line_begin, {}, {}, 0, 0};
    if (c == '$') return {Kind::line_end, {}, {}, 0, 0};
    if (c == '.') return one(all_but({}), false);
    if (c == '[') return bracket();
    if (c == '\\') return escape();
    return character(c);
  }

  SimplePattern group() {
    const bool outer = fold_;
    if (take("?i:")) {
      fold_ = true;
    } else if (!take("?:") && rest().starts_with('?')) {
      known_ = false;
    }
    SimplePattern all = choice();
    if (next() != ')') known_ = false;
    fold_ = outer;
    return all;
  }

  static SimplePattern one(CharacterSet set, bool folded) {
    if (folded) fold(set);
    return {Kind::one, set, {}, 0, 0};
  }

  SimplePattern character(char first) {
    CharacterSet set;
    if (static_cast<unsigned char>(first) < 0x80) {
      if (first == '\n') known_ = false;
      set.bytes.set(static_cast<unsigned char>(first));
      return one(set, fold_);
    }
    if (fold_) known_ = false;
    SimplePattern all;  // its bytes
    for (char byte = first;; byte = text_[at_++]) {
      set.bytes.reset().set(static_cast<unsigned char>(byte));
      all.parts.push_back(one(set, false));
      if (rest().empty() || (static_cast<unsigned char>(rest()[0]) & 0xC0U) != 0x80) return all;
    }
  }

  SimplePattern escape() {
    if (const auto set = known_set()) return one(*set, fold_);
    if (take("A")) return {Kind::line_begin, {}, {}, 0, 0};
    if (take("z")) return {Kind::line_end, {}, {}, 0, 0};
    if (take("b")) return {Kind::word_edge, {}, {}, 0, 0};
    if (take("B")) return {Kind::no_word_edge, {}, {}, 0, 0};
    return character(escaped());
  }

  // Behind a backslash: \d and its like.
  std::optional<CharacterSet> known_set() {
    if (take("d")) return ranges("09");
    if (take("s")) return spaces();
    if (take("w")) return word_characters();
    if (take("D")) return all_but(ranges("09"));
    if (take("S")) return all_but(spaces());
    if (take("W")) {
      if (fold_) known_ = false;  // RE2 leaves out what is a k or an s
      return all_but(word_characters());
    }
    return std::nullopt;
  }
  static CharacterSet spaces() { return ranges("\t\t\f\r  "); }

  // Behind a backslash: a character that stands for itself or for a control character.
  char escaped() {
    constexpr std::string_view kNames = "atfrv", kMeant = "\a\t\f\r\v";
    const char c = next();
    if (const std::size_t name = kNames.find(c); name != kNames.npos) return kMeant[name];
    if (is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80) known_ = false;
    return c;
  }

  SimplePattern bracket() {
    const bool negated = take("^");
    CharacterSet set;
    for (bool first = true; known_ && (first || !rest().starts_with(']')); first = false) {
      if (take("[:")) {
        add(set, named());
        continue;
      }
      char low = next();
      if (low == '\\') {
        if (const auto known = known_set()) {
          add(set, *known);
          continue;
        }
        low = escaped();
      }
      char high = low;
      if (rest().starts_with('-') && !rest().starts_with("-]")) {
        take("-");
        high = next();
        if (high == '\\') high = escaped();
      }
      if (static_cast<unsigned char>(low) >= 0x80 || static_cast<unsigned char>(high) >= 0x80) known_ = false;
      if (known_) add(set, ranges(std::string{low, high}));
    }
    take("]");
    if (fold_) fold(set);
    if (negated && (set.kelvin || set.long_s)) known_ = false;
    return one(negated ? all_but(set) : set, false);
  }

  // Behind "[:".
  CharacterSet named() {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kNamed = {{{"alnum:]", "09AZaz"},
                                                                                       {"alpha:]", "AZaz"},
                                                                                       {"ascii:]", {"\0\x7F", 2}},
                                                                                       {"blank:]", "\t\t  "},
                                                                                       {"cntrl:]", {"\0\x1F\x7F\x7F", 4}},
                                                                                       {"digit:]", "09"},
                                                                                       {"graph:]", "!~"},
                                                                                       {"lower:]", "az"},
                                                                                       {"print:]", " ~"},
                                                                                       {"punct:]", "!/:@[`{~"},
                                                                                       {"space:]", "\t\r  "},
                                                                                       {"upper:]", "AZ"},
                                                                                       {"word:]", "09AZaz__"},
                                                                                       {"xdigit:]", "09AFaf"}}};
    for (const auto& [name, pairs] : kNamed)
      if (take(name)) return ranges(pairs);
    known_ = false;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool fold_;
  bool known_ = true;
};

}  // namespace

CharacterSet word_characters() { return ranges("09AZaz__"); }

std::optional<SimplePattern> parse_simple(std::string_view pattern, bool ignore_case) {
  return Parser(pattern, ignore_case).parse();
}

}  // namespace longshore::rotator
