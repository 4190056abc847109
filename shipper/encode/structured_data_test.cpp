#include "shipper/encode/structured_data.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longshore::shipper {
namespace {

std::string json(std::string_view text) {
  Output out;
  append_structured_data_json(out, text, text.data() + text.size());
  return out.take();
}

TEST(StructuredData, ElementsBecomeMembers) {
  EXPECT_EQ(json(R"([exampleSDID@32473 iut="3" eventSource="App"][examplePriority@32473 class="high"])"),
            R"({"exampleSDID@32473":{"iut":"3","eventSource":"App"},"examplePriority@32473":{"class":"high"}})");
  EXPECT_EQ(json("[id]"), R"({"id":{}})");
}

TEST(StructuredData, EscapesOfTheRfcBecomeEscapesOfJson) {
  EXPECT_EQ(json(R"([a b="q\"b\\c\]d\e"])"), R"({"a":{"b":"q\"b\\c]d\\e"}})");
  EXPECT_EQ(json("[a b=\"x\ny\xFF\"]"), "{\"a\":{\"b\":\"x\\ny\xEF\xBF\xBD\"}}");
}

TEST(StructuredData, ARepeatedNameKeepsEveryValue) {
  EXPECT_EQ(json(R"([t tag="x" tag="y" tag="z"][t])"), R"({"t":{"tag":"x","tag_":"y","tag__":"z"},"t_":{}})");
}

TEST(StructuredData, WhatBreaksTheGrammarIsKeptRaw) {
  for (const std::string_view bad : {"", "[", "[]", "[a", "[a b", "[a b=", "[a b=\"", "[a b=\"c\"", "[a b=c]", "[a b=\"c\\",
                                     "[a]x", "[a] [b]", "[a  b=\"c\"]", "[a b=\"c\\\"]"}) {
    EXPECT_FALSE(is_structured_data(bad)) << bad;
    EXPECT_TRUE(json(bad).starts_with(R"({"raw":")")) << bad;
  }
  EXPECT_EQ(json(R"([a b=c])"), R"({"raw":"[a b=c]"})");
  EXPECT_TRUE(is_structured_data(R"([a b="c"][d])"));
}

}  // namespace
}  // namespace longshore::shipper
