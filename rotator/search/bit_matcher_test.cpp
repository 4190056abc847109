#include "rotator/search/bit_matcher.hpp"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>

#include "rotator/search/matcher.hpp"

namespace longshore::rotator {
namespace {

using Ends = std::vector<std::size_t>;  // of lines that match

Ends ends_by_bits(BitMatcher& matcher, std::string_view text) {
  Ends ends;
  const auto bits = matcher.find(text);
  for (std::size_t place = 0; place < bits.size() * kPlaces; ++place)
    if ((bits[place / kPlaces] >> place % kPlaces & 1U) != 0) ends.push_back(place);
  return ends;
}

Ends ends_by_matcher(Matcher& matcher, std::string_view text) {
  Ends ends;
  matcher.begin(text);
  for (std::size_t from = 0; (from = matcher.find(from)) != text.npos; ++from) ends.push_back(from = line_end(text, from));
  return ends;
}

Ends ends_by_re2(const RE2& expression, std::string_view text) {
  Ends ends;
  for (std::size_t from = 0; from < text.size(); ++from) {
    const std::size_t end = line_end(text, from);
    if (RE2::PartialMatch({text.data() + from, end - from}, expression)) ends.push_back(end);
    from = end;
  }
  return ends;
}

RE2::Options options_for(bool ignore_case) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_nl(true);
  options.set_case_sensitive(!ignore_case);
  return options;
}

class Words {
 public:
  explicit Words(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t many) { return below(many) == 0; }

  std::string pattern(int depth = 3) {
    std::string all;
    for (std::size_t count = below(5); all.empty() || count-- > 0;) {
      all += depth > 0 && one_in(6) ? group(depth - 1) : item();
      if (one_in(3)) all += repetition();
      if (one_in(16)) all += "|";
    }
    return all;
  }

  std::string text() {
    std::string all;
    for (std::size_t size = below(one_in(20) ? 9000 : 300); all.size() < size;) all += piece();
    if (one_in(2)) all += '\n';
    return all;
  }

 private:
  template <std::size_t Size>
  std::string_view of(const std::string_view (&all)[Size]) {
    return all[below(Size)];
  }

  std::string item() {
    static constexpr std::string_view kItems[] = {"a",
                                                  "b",
                                                  "k",
                                                  "S",
                                                  "0",
                                                  "1",
                                                  " ",
                                                  ".",
                                                  "^",
                                                  "$",
                                                  "\\b",
                                                  "\\B",
                                                  "\\d",
                                                  "\\w",
                                                  "\\s",
                                                  "\\D",
                                                  "\\W",
                                                  "\\S",
                                                  "\\.",
                                                  "\\-",
                                                  "[ab]",
                                                  "[^a]",
                                                  "[0-9]",
                                                  "[a-z]",
                                                  "[A-F0-9]",
                                                  "[^0-9]",
                                                  "[[:alpha:]_]",
                                                  "[^[:space:]]",
                                                  "[]a]",
                                                  "[^]b-k]",
                                                  "[-.]",
                                                  "[\\d.]",
                                                  "[\\S]",
                                                  "[^\\w]",
                                                  "[k-s]",
                                                  "\xC3\xBC",
                                                  "\xE2\x84\xAA",
                                                  "\xC5\xBF",
                                                  "ab",
                                                  "aab",
                                                  "k1",
                                                  "{",
                                                  "{,2}",
                                                  "]",
                                                  "\\t",
                                                  "[[:^digit:]]",
                                                  "\\A",
                                                  "\\z",
                                                  "[\xC3\xBC]",
                                                  "(?i)",
                                                  "[[:punct:]]",
                                                  "[[:cntrl:]]",
                                                  "[[:xdigit:]]",
                                                  "[+--]",
                                                  "[a-]",
                                                  "\\x41"};
    if (one_in(6)) return RE2::QuoteMeta(ascii());
    if (one_in(6))
      return "[" + std::string(one_in(3) ? "^" : "") + RE2::QuoteMeta(ascii()) + "-~" + RE2::QuoteMeta(ascii()) + "]";
    return std::string(of(kItems));
  }
  std::string ascii() { return {static_cast<char>(' ' + below(95))}; }
  std::string group(int depth) {
    static constexpr std::string_view kBegins[] = {"(", "(?:", "(?i:", "(?P<n>"};
    return std::string(of(kBegins)) + pattern(depth) + (one_in(2) ? "|" + pattern(depth) : "") + ")";
  }
  std::string repetition() {
    static constexpr std::string_view kRepetitions[] = {"*",     "+",   "?",  "{2}", "{1,3}", "{2,}",
                                                        "{0,2}", "{0}", "*?", "+?",  "??",    "{3}?"};
    return std::string(of(kRepetitions));
  }
  std::string piece() {
    static constexpr std::string_view kPieces[] = {"a",
                                                   "b",
                                                   "ab",
                                                   "A",
                                                   "k",
                                                   "K",
                                                   "s",
                                                   "S",
                                                   "0",
                                                   "1",
                                                   "19",
                                                   " ",
                                                   ".",
                                                   "-",
                                                   "_",
                                                   "\n",
                                                   "\t",
                                                   "\r",
                                                   "{",
                                                   "aaaa",
                                                   "abab",
                                                   "{,2}",
                                                   "\xC3\xBC",
                                                   "\xC3",
                                                   "\xBC",
                                                   "\xE2\x84\xAA",
                                                   "\xE2\x84",
                                                   "\xC5\xBF",
                                                   "\xC5",
                                                   "\xF0\x9F\x98\x80",
                                                   "\xF4\x90\x80\x80",
                                                   "\xED\xA0\x80",
                                                   "\xC0\x80",
                                                   "\xE0\x80\x80",
                                                   "\xF5\x80\x80\x80",
                                                   "\xFF",
                                                   "]",
                                                   "\\",
                                                   {"\0", 1}};
    if (one_in(8)) return {static_cast<char>(below(256))};
    return one_in(8) ? std::string(of(kPieces)) : std::string(kPieces[below(22)]);
  }

  std::mt19937 random_;
};

TEST(BitMatcher, FindsTheLinesThatRe2Finds) {
  Words words(11);
  std::size_t compared = 0, found = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string pattern = words.pattern();
    const bool ignore_case = words.one_in(3);
    const RE2 expression(pattern, options_for(ignore_case));
    if (!expression.ok()) continue;
    auto bits = BitMatcher::make(pattern, ignore_case);
    auto matcher = Matcher::make({pattern, false, ignore_case});
    ASSERT_TRUE(matcher.has_value());
    for (int i = 0; i < 6; ++i) {
      const std::string text = words.text();
      if (text.empty()) continue;
      // An exact copy on the heap: AddressSanitizer sees a read of one byte too many.
      const std::vector<char> exact(text.begin(), text.end());
      const std::string_view view(exact.data(), exact.size());
      const Ends expected = ends_by_re2(expression, view);
      ASSERT_EQ(ends_by_matcher(*matcher, view), expected) << pattern << (ignore_case ? " -i" : "") << "\n" << text;
      if (!bits || text.size() > BitMatcher::kMostBytes) continue;
      ASSERT_EQ(ends_by_bits(*bits, view), expected) << pattern << (ignore_case ? " -i" : "") << "\n" << text;
      ++compared;
      if (!expected.empty()) ++found;
    }
  }
  EXPECT_TRUE(compared > 3000 || !place_bits_are_fast()) << compared;
  EXPECT_TRUE(found > 1000 || !place_bits_are_fast()) << found;
}

TEST(BitMatcher, KnowsThePatternsOfWhichItIsOfUse) {
  for (const char* pattern : {"[0-9]{5}$", "took 1[0-9]* ms", "\\b[0-9]{1,3}(\\.[0-9]{1,3}){3}\\b", "[0-9a-f]{8}-",
                              "^\\S+ 5[0-9][0-9]", "(GET|POST) /[a-z]+/[0-9]+", "[^ ]{40}", "\\d{4}-\\d\\d-\\d\\dT",
                              "error.*timeout", "(?i)disk|memory", "gr\xC3\xBC\xC3\x9F.e"})
    EXPECT_EQ(BitMatcher::make(pattern, false).has_value(), place_bits_are_fast()) << pattern;
  for (const char* pattern : {"(ab)*c", "[\xC3\xBC]", ".{200,}", "\\pL", "(?s).", "\\x41", "\\Qa.b\\E"})
    EXPECT_FALSE(BitMatcher::make(pattern, false)) << pattern;
  EXPECT_EQ(BitMatcher::make("disk [a-z]+", true).has_value(), place_bits_are_fast());
  EXPECT_FALSE(BitMatcher::make("[^k]", true));
}

}  // namespace
}  // namespace longshore::rotator
