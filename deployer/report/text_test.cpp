#include "deployer/report/text.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(Text, WhatAContainerPrintsCanNeitherMoveTheCursorNorRingTheBell) {
  EXPECT_EQ(printable("\x1b[2J\x1b[31mred\x1b[0m\a \x1b]0;title\aon\rx\ty\nz\x7f"), "red onx  y\nz");
  EXPECT_EQ(printable("\x1bPdevice\x1b\\a \x1b]8;;http://x\x1b\\b"), "a b");
  EXPECT_EQ(printable("a\xFF\xC3 ü"), "a\uFFFD\uFFFD ü");
  EXPECT_EQ(printable("right\u202Eleft\u009Bm"), "rightleftm");
  EXPECT_EQ(printable("ends in \x1b["), "ends in ");
}

TEST(Text, OneLineIsOneLine) {
  EXPECT_EQ(one_line("a\n\nb \n c\n"), "a b  c");
  EXPECT_EQ(first_line("a \x1b[1m\nb"), "a");
  EXPECT_EQ(first_line(""), "");
}

TEST(Text, MarkupIsSafeAsTextAndInAttributes) {
  EXPECT_EQ(markup("<a href='x' b=\"y\">&\x01\xFF\uFFFE"), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;\uFFFD");
}

TEST(Text, ColumnsAreThoseOfATerminal) {
  EXPECT_EQ(columns("Zürich"), 6U);
  EXPECT_EQ(columns("日本"), 4U);
  EXPECT_EQ(columns("a\u0301"), 1U);
  EXPECT_EQ(fit("Zürich", 6), "Zürich");
  EXPECT_EQ(fit("Zürich", 5), "Züri…");
  EXPECT_EQ(fit("日本語", 4), "日…");
  EXPECT_EQ(fit("x", 0), "");
  EXPECT_EQ(pad("日本語", 6), "日本語");
  EXPECT_EQ(pad("日本語", 4), "日… ");
  EXPECT_EQ(pad("ab", 4), "ab  ");
}

TEST(Text, DurationsAreShort) {
  EXPECT_EQ(elapsed(std::chrono::milliseconds(449)), "0.4s");
  EXPECT_EQ(elapsed(std::chrono::milliseconds(59'999)), "59s");
  EXPECT_EQ(elapsed(std::chrono::seconds(185)), "3m05s");
  EXPECT_EQ(elapsed(std::chrono::minutes(62)), "1h02m");
  EXPECT_EQ(elapsed(std::chrono::seconds(-3)), "0.0s");
}

TEST(Text, LinesAreIndentedAndCounted) {
  EXPECT_EQ(indent("a\nb", "> "), "> a\n> b\n");
  EXPECT_EQ(indent("a\n", "> "), "> a\n");
  EXPECT_EQ(indent("", "> "), "");
  EXPECT_EQ(last_lines("1\n2\n3\n", 2), "2\n3");
  EXPECT_EQ(last_lines("1", 2), "1");
}

}  // namespace
}  // namespace longshore::deployer
