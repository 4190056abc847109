#include "shipper/transform/pattern_set.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longshore::shipper {
namespace {

std::string matches(PatternSet& set, std::string_view text) {
  if (!set.may_match(text)) return "";
  std::vector<Match> found;
  set.match(text, found);
  std::string all;
  for (const Match& match : found)
    all += std::to_string(match.pattern) + ":" + std::string(text.substr(match.begin, match.end - match.begin)) + ";";
  return all;
}

TEST(PatternSet, TheGroupThatTookPartIsFoundOrTheWholeMatch) {
  PatternSet set(false);
  ASSERT_TRUE(set.add("user=(?:\"([^\"]+)\"|(\\w+))", PatternSet::Text::utf8));
  ASSERT_TRUE(set.add("secret\\d+", PatternSet::Text::utf8));
  set.compile();
  EXPECT_EQ(matches(set, "user=\"a b\" user=c secret12 secret3"), "0:a b;0:c;1:secret12;1:secret3;");
  EXPECT_EQ(matches(set, "nothing of it"), "");
}

TEST(PatternSet, ATextWithoutAPatternsWordsIsNotTried) {
  PatternSet set(false);
  ASSERT_TRUE(set.add("secret\\d+", PatternSet::Text::utf8));
  set.compile();
  EXPECT_FALSE(set.may_match("a line like any other"));
  EXPECT_TRUE(set.may_match("a SECRET"));
}

TEST(PatternSet, APatternWithoutWordsIsAlwaysTried) {
  PatternSet set(false);
  ASSERT_TRUE(set.add("[0-9]{3}-[0-9]{2}", PatternSet::Text::utf8));
  set.compile();
  EXPECT_EQ(matches(set, "id 123-45"), "0:123-45;");
}

TEST(PatternSet, LettersBeyondAsciiAreFoundInTheirCase) {
  PatternSet set(false);
  ASSERT_TRUE(set.add("ÉCOLE=(\\w+)", PatternSet::Text::utf8));
  ASSERT_TRUE(set.add("\\x{C9}tat=(\\w+)", PatternSet::Text::utf8));
  set.compile();
  EXPECT_EQ(matches(set, "ÉCOLE=one État=two"), "0:one;1:two;");
}

TEST(PatternSet, BytesThatAreNotUtf8MatchWherePatternsAreBytes) {
  PatternSet set(false);
  ASSERT_TRUE(set.add("key=([^ ]+)", PatternSet::Text::bytes));
  set.compile();
  EXPECT_EQ(matches(set, "key=a\xff\xfe z"), "0:a\xff\xfe;");
}

TEST(PatternSet, EmptyMatchesEndTheSearchSomeTime) {
  PatternSet set(false);
  ASSERT_TRUE(set.add("a*", PatternSet::Text::utf8));
  set.compile();
  EXPECT_EQ(matches(set, "baab"), "0:aa;");
}

TEST(PatternSet, ABadPatternIsNamed) {
  PatternSet set(false);
  const auto bad = set.add("(open", PatternSet::Text::utf8);
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("'(open'"), std::string::npos);
  EXPECT_FALSE(set.add("x{1000}{1000}", PatternSet::Text::utf8));  // would need too much memory
}

}  // namespace
}  // namespace longshore::shipper
