#include "common/base/utf8.hpp"

#include <gtest/gtest.h>

namespace longshore::base {
namespace {

TEST(Utf8, CharactersAreCountedNotBytes) {
  EXPECT_EQ(count_characters("Zürich 😀"), 8U);
  EXPECT_EQ(count_characters("a\xFF\xC3"), 3U);
  EXPECT_EQ(count_characters(""), 0U);
}

TEST(Utf8, ACutFallsBetweenCharacters) {
  EXPECT_EQ(cut_to_bytes("aü", 2), "a");
  EXPECT_EQ(cut_to_bytes("aü", 3), "aü");
  EXPECT_EQ(cut_to_bytes("abc", 2), "ab");
  EXPECT_EQ(cut_to_bytes("😀", 3), "");
}

TEST(Utf8, TextIsCutBetweenCharactersAndWhatIsNoTextIsReplaced) {
  EXPECT_EQ(cut_to_characters("äöü", 3), "äöü");
  EXPECT_EQ(cut_to_characters("äöüß", 3), "äö…");
  EXPECT_EQ(cut_to_characters("😀😀", 1), "…");
  EXPECT_EQ(cut_to_characters("a\xFF\xC3", 9), "a\uFFFD\uFFFD");
  EXPECT_EQ(cut_to_characters("\xED\xA0\x80", 9), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
}

TEST(Utf8, WhatIsNoTextIsReplaced) { EXPECT_EQ(as_utf8("ä\xFFz\n"), "ä\uFFFDz\n"); }

TEST(Utf8, ATerminalGetsNothingToObey) {
  EXPECT_EQ(printable("Zürich 😀 \\ \"a\""), "Zürich 😀 \\ \"a\"");
  EXPECT_EQ(printable("a\nb\tc\x1b[31m\x7f"), "a\\nb\\x09c\\x1b[31m\\x7f");
  EXPECT_EQ(printable("\xFFü\xC2\x9B"
                      "1m\xC2"),
            "\\xffü\\xc2\\x9b1m\\xc2")
      << "C1's way to begin a sequence";
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0");
}

TEST(Utf8, JsonStringsAreEscaped) {
  std::string out;
  append_json(out, "a\"\\\n\x01ü\xFF");
  EXPECT_EQ(out, "\"a\\\"\\\\\\u000a\\u0001ü\uFFFD\"");
}

TEST(Utf8, OverlongFormsSurrogatesAndWhatLiesBeyondUnicodeAreNoCharacters) {
  for (const std::string_view bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8", "\x80"})
    EXPECT_EQ(character_size(bad), 0U);
}

TEST(Utf8, ATextIsAllOfItOrItIsNot) {
  for (const std::string_view good : {"", "a", "äöü😀"}) EXPECT_TRUE(is_utf8(good)) << good;
  for (const std::string_view bad : {"\xFF", "a\xC3", "ä\x80z"}) EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace longshore::base
