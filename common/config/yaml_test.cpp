#include "common/config/yaml.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace longshore::config {
namespace {

// The tree as text: kinds, values and places.
std::string shape(const Node& node) {
  std::string inner;
  switch (node.kind) {
    case Node::Kind::null:
      inner = "~";
      break;
    case Node::Kind::scalar:
      inner = node.scalar;
      break;
    case Node::Kind::list:
      for (const Node& item : node.list) inner += (inner.empty() ? "" : ", ") + shape(item);
      inner = "[" + inner + "]";
      break;
    case Node::Kind::map:
      for (const auto& [key, value] : node.map) inner += (inner.empty() ? "" : ", ") + key.scalar + ": " + shape(value);
      inner = "{" + inner + "}";
      break;
  }
  return fmt::format("{}@{}:{}", inner, node.place.line, node.place.column);
}

std::string shape(std::string_view text) {
  Problems problems("t");
  const auto node = parse_yaml(text, problems);
  return node && problems.count() == 0 ? shape(*node) : problems.text();
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Yaml, EveryNodeKnowsItsPlace) {
  EXPECT_EQ(shape("a: 1\nb:\n  - {c: x, d: 'y z'}\n"), "{a: 1@1:4, b: [{c: x@3:9, d: y z@3:15}@3:5]@3:3}@1:1");
}

TEST(Yaml, TildeNullAndNothingAreNullUnlessQuoted) {
  EXPECT_EQ(shape("[~, null, '~', \"null\"]"), "[~@1:2, ~@1:5, ~@1:11, null@1:16]@1:1");
  EXPECT_EQ(shape(""), "~@1:1");
  EXPECT_EQ(shape("# only a comment\n"), "~@1:1");
}

TEST(Yaml, AliasesAreWrittenOut) {
  EXPECT_EQ(shape("a: &x [1, 2]\nb: *x\n"), "{a: [1@1:8, 2@1:11]@1:4, b: [1@1:8, 2@1:11]@1:4}@1:1");
}

TEST(Yaml, AnAliasInsideOfItselfIsRefused) {
  EXPECT_EQ(shape("a: &x [*x]\n"), "t:1:8: an alias inside of what it stands for");
}

TEST(Yaml, AliasesOfAliasesAreRefusedBeforeTheyGrow) {
  std::string laughs = "a: &a [l, l, l, l, l, l, l, l, l, l]\n";
  for (char c = 'b'; c <= 'j'; ++c)
    laughs += fmt::format("{0}: &{0} [{1}]\n", c, repeat(fmt::format("*{}, ", static_cast<char>(c - 1)), 10));
  EXPECT_EQ(shape(laughs), "t:4:4: too many values: are there aliases of aliases?");
  EXPECT_EQ(shape("a: &a " + std::string(100'000, 'x') + "\nb: [" + repeat("*a, ", 100) + "]\n"),
            "t:2:161: too many values: are there aliases of aliases?");
}

TEST(Yaml, DeepNestingIsRefusedInEveryNotation) {
  for (const char* const open : {"[", "{a: ", "- ", "? ", "&a [", "- ? "})
    EXPECT_TRUE(shape(repeat(open, 10'000)).ends_with("nested deeper than 32 levels")) << open;
  EXPECT_EQ(shape(repeat("[", 30) + repeat("]", 30)).substr(0, 2), "[[");
}

TEST(Yaml, AKeyThatStandsTwiceIsToldAndTheRestIsStillRead) {
  Problems problems("t");
  const auto node = parse_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", problems);
  EXPECT_EQ(problems.text(), "t:2:11: \"c\" stands twice, first in line 2\nt:3:1: \"a\" stands twice, first in line 1");
  ASSERT_TRUE(node);
  EXPECT_EQ(shape(*node), "{a: 1@1:4, b: {c: 1@2:8}@2:4}@1:1");
}

TEST(Yaml, AKeyMustBePlainText) { EXPECT_EQ(shape("[a, b]: 1\n"), "t:1:1: a key must be plain text"); }

TEST(Yaml, ASecondDocumentIsRefused) {
  EXPECT_EQ(shape("a: 1\n---\nb: 2\n"), "t:2:1: a second document begins: one file, one document");
}

TEST(Yaml, ATagIsRefusedInsteadOfIgnored) { EXPECT_EQ(shape("a: !env TOKEN\n"), "t:1:4: the tag !env has no meaning here"); }

TEST(Yaml, BrokenTextIsToldWithItsPlace) {
  EXPECT_EQ(shape("a: [1, 2\nb: 3\n"), "t:2:2: end of sequence flow not found");
  EXPECT_EQ(shape("a: b: c\n"), "t:1:5: illegal map value");
  EXPECT_EQ(shape("a:\n\t- b\n").substr(0, 2), "t:");
}

TEST(Yaml, WhatIsNotTextIsRefused) {
  EXPECT_EQ(shape(std::string_view("a: 1\nb: \0\n", 10)), "t:2:4: the byte 0x00 is not text in UTF-8");
  EXPECT_EQ(shape("a: 1\n\x04z: 2"), "t:2:1: the byte 0x04 is not text in UTF-8");
  EXPECT_EQ(shape("a: gr\xfc\xdf\n"), "t:1:6: the byte 0xfc is not text in UTF-8");
  for (const char* const broken : {"\x80", "\xc0\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                   "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3("})
    EXPECT_TRUE(shape(broken).ends_with("is not text in UTF-8"));
  EXPECT_EQ(shape("a: grüß €😀\n"), "{a: grüß €😀@1:4}@1:1");
  EXPECT_EQ(shape(repeat("#", (1 << 20) + 1)), "t:1:1: larger than 1 MiB: is this the right file?");
}

}  // namespace
}  // namespace longshore::config
