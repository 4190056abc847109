#include "rotator/search/matcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "rotator/search/required_literals.hpp"

namespace longshore::rotator {
namespace {

using Literals = std::vector<std::string>;

Literals literals_of(const std::string& pattern, bool ignore_case = false) {
  RE2::Options options;
  options.set_never_nl(true);
  options.set_case_sensitive(!ignore_case);
  const auto sets = required_literals(pattern, options);
  Literals literals = sets.empty() ? Literals{} : sets[0];
  std::ranges::sort(literals);
  return literals;
}

TEST(RequiredLiterals, AreWhatEveryMatchContains) {
  EXPECT_EQ(literals_of("timeout after [0-9]+ms"), Literals{"timeout after "});
  EXPECT_EQ(literals_of("foo.*connection refused"), Literals{"connection refused"});
  EXPECT_EQ(literals_of("error|warning|fatal"), (Literals{"error", "fatal", "warning"}));
  EXPECT_EQ(literals_of("(GET|POST) /api"), (Literals{"get /api", "post /api"}));
  EXPECT_EQ(literals_of("x(error|fail)?y"), Literals{"x"});
  EXPECT_EQ(literals_of("[xy]{2}[0-9]"), (Literals{"xx", "xy", "yx", "yy"}));
  EXPECT_EQ(literals_of("a|timeout"), (Literals{"a", "timeout"}));
  EXPECT_EQ(literals_of("^.{200,}$|timeout"), Literals{});
  EXPECT_EQ(literals_of("[a-z]+ [^0-9]"), Literals{" "});
  EXPECT_EQ(literals_of("timeout", true), Literals{"timeout"});
  EXPECT_EQ(literals_of("disk failed", true), Literals{" failed"});  // (U+212A) is a k, (U+017F) an s
  EXPECT_EQ(literals_of("(?i)disk failed"), Literals{" failed"});
  EXPECT_EQ(literals_of("disk failed"), Literals{"disk failed"});
  EXPECT_EQ(literals_of("gr\xC3\xBC\xC3\x9F.* bitte"), Literals{" bitte"});
}

// The lines that the pattern selects, each followed by '|'.
std::string selected(const std::string& pattern, std::string_view block, bool ignore_case = false, bool fixed = false) {
  auto matcher = Matcher::make({pattern, fixed, ignore_case});
  EXPECT_TRUE(matcher.has_value()) << pattern;
  std::string lines;
  matcher->begin(block);
  for (std::size_t from = 0; (from = matcher->find(from)) != block.npos;) {
    const std::size_t begin = line_begin(block, from), end = line_end(block, from);
    (lines += block.substr(begin, end - begin)) += '|';
    from = end + 1;
  }
  return lines;
}

TEST(Matcher, SearchesLinesThoughItIsShownABlock) {
  constexpr std::string_view kBlock = "one\n\ntwo a\nb three\nlast";
  EXPECT_EQ(selected("", kBlock), "one||two a|b three|last|");
  EXPECT_EQ(selected("^$", kBlock), "|");
  EXPECT_EQ(selected("^t", kBlock), "two a|");
  EXPECT_EQ(selected("e$", kBlock), "one|b three|");
  EXPECT_EQ(selected("\\s", kBlock), "two a|b three|");
  EXPECT_EQ(selected("a\\sb", kBlock), "");
  EXPECT_EQ(selected("[^x]b", kBlock), "");
  EXPECT_EQ(selected("a[[:space:]]*b|hre", kBlock), "b three|");
  EXPECT_EQ(selected("(?s)o.*", kBlock), "one|two a|");
  EXPECT_EQ(selected("\\Atwo", kBlock), "two a|");
  EXPECT_EQ(selected("a\\z", kBlock), "two a|");
  EXPECT_EQ(selected("a\\Cb", kBlock), "");
  EXPECT_EQ(selected("(?-m)^b", kBlock), "b three|");
  EXPECT_EQ(selected("\\n", kBlock), "");
  EXPECT_EQ(selected("x*", kBlock), "one||two a|b three|last|");
  EXPECT_EQ(selected("\\bl", kBlock), "last|");
  EXPECT_EQ(selected("LAST|ONE", kBlock, true), "one|last|");
  EXPECT_EQ(selected("two\nlast", kBlock), "two a|last|");
  EXPECT_EQ(selected("^$", "a\n"), "");
  EXPECT_EQ(selected("disk", "DIS\xE2\x84\xAA\n", true), "DIS\xE2\x84\xAA|");  // U+212A
}

TEST(Matcher, SearchesLinesOfAnyLength) {
  std::string block, expected;
  for (int round = 0; round < 20; ++round)
    for (const std::size_t length : {7, 100, 8180, 8191, 8192, 8193, 20000, 3, 9000, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
      const std::string line = std::string(length, 'x') + "8-";
      block += line + "\n" + line.substr(0, length) + "\n";
      expected += line + "|";
    }
  for (const char* pattern : {"[0-9]-", "8-", "[8]-"}) {
    EXPECT_TRUE(selected(pattern, block) == expected);
    EXPECT_TRUE(selected(pattern, block.substr(0, block.rfind('-') + 1)) == expected);
    EXPECT_TRUE(selected(pattern, std::string(8190, 'x') + "8-") == std::string(8190, 'x') + "8-|");
  }
}

TEST(Matcher, TakesBytesThatAreNoUtf8) {
  EXPECT_EQ(selected("a\xFF", "x a\xFF y\na\n"), "x a\xFF y|");
  EXPECT_EQ(selected("a\xFF", "x a\xFF y\na\n", false, true), "x a\xFF y|");
  EXPECT_EQ(selected("a\xFF+y", "x a\xFF\xFFy\na\n"), "x a\xFF\xFFy|");
  EXPECT_EQ(selected("foo.*bar", "foo \xFF bar\nfoo  bar\n"), "foo  bar|");  // no character, as with grep
}

TEST(Matcher, GivesUpLiteralsThatAreEverywhere) {
  std::string block, expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string line = "status=" + std::to_string(i % 1000) + " " + std::to_string(i * 7919 % 5000) + " end";
    block += line + "\n";
    if (line.find("=502 ") != line.npos || line.find("=77 ") != line.npos) expected += line + "|";
  }
  EXPECT_EQ(selected("STATUS=(502|77) [0-9]+ END", block, true), expected);
  for (const bool fixed : {false, true}) EXPECT_EQ(std::ranges::count(selected("status=", block, false, fixed), '|'), 5000);
  EXPECT_EQ(selected("status=.*=502|s=(502|77) .*end", block), expected);
}

TEST(Matcher, SaysWhatIsWrongWithAPattern) {
  const auto matcher = Matcher::make({"a(b", false, false});
  ASSERT_FALSE(matcher);
  EXPECT_EQ(matcher.error().code, base::Code::invalid);
  EXPECT_NE(matcher.error().message.find("a(b"), std::string::npos);
  EXPECT_TRUE(Matcher::make({"a(b", true, true}));
  EXPECT_FALSE(Matcher::make({"a)(b", false, true}));
}

}  // namespace
}  // namespace longshore::rotator
