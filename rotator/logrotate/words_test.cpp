#include "rotator/logrotate/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longshore::rotator {
namespace {

using ::testing::ElementsAre;

TEST(WordsTest, QuotesHoldBlanksTogether) {
  EXPECT_THAT(*split_words(R"(a "b c" 'd "e' f\ g "h\"i" '')"), ElementsAre("a", "b c", "d \"e", "f g", "h\"i", ""));
  EXPECT_THAT(*split_words("  a\t b\n"), ElementsAre("a", "b"));
  EXPECT_TRUE(split_words("")->empty());
  EXPECT_FALSE(split_words("\"a"));
  EXPECT_FALSE(split_words("a\\"));
}

TEST(WordsTest, NumbersHaveThreeBases) {
  EXPECT_EQ(parse_number("12"), 12);
  EXPECT_EQ(parse_number("-1"), -1);
  EXPECT_EQ(parse_number("0x1F"), 31);
  EXPECT_EQ(parse_number("010"), 8);
  EXPECT_EQ(parse_number("0"), 0);
  for (const char* bad : {"", "-", "--1", "1x", "0x", "08", "99999999999999999999", "1 2"})
    EXPECT_FALSE(parse_number(bad)) << bad;
  EXPECT_EQ(parse_octal("0640"), 0640U);
  EXPECT_FALSE(parse_octal("8"));
  EXPECT_FALSE(parse_octal("root"));
}

TEST(WordsTest, SizesMayHaveAUnit) {
  EXPECT_EQ(parse_size("1000").bytes, 1000U);
  EXPECT_EQ(parse_size("1k").bytes, 1024U);
  EXPECT_EQ(parse_size("3M").bytes, 3U << 20);
  EXPECT_EQ(parse_size("1G").bytes, 1U << 30);
  EXPECT_EQ(parse_size("1m").error, "unknown unit 'm'");
  EXPECT_EQ(parse_size("-1").error, "bad size '-1'");
  EXPECT_EQ(parse_size("99999999999G").error, "bad size '99999999999'");
}

TEST(WordsTest, QuotedTextComesBack) {
  for (const std::string text : {"/a b", "/a\nb", "/a\"b\\n", "/\xff\xfe", ""}) {
    const std::string line = quote(text) + " rest";
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto back = unquote(line);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->text, text);
    EXPECT_EQ(back->rest, " rest");
  }
  EXPECT_EQ(unquote("/plain 2020")->text, "/plain");
  EXPECT_FALSE(unquote("\"open"));
  EXPECT_FALSE(unquote(""));
}

}  // namespace
}  // namespace longshore::rotator
