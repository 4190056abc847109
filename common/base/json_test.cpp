#include "common/base/json.hpp"

#include <gtest/gtest.h>

namespace longshore::base {
namespace {

TEST(JsonText, TextsOfEveryKind) {
  EXPECT_EQ(json_text("a\"b\\c\n\x7f"), "\"a\\\"b\\\\c\\u000a\\u007f\"");
  EXPECT_EQ(json_text("ä€😀"), "\"ä€😀\"");
  EXPECT_EQ(
      json_text("\xff\xc3(\xe0\x80\x80\xf4\x90\x80\x80\xed\xa0\x80"), "\"" + [] {
        std::string all;
        for (int i = 0; i < 13; ++i) all += i == 2 ? "(" : "\xef\xbf\xbd";
        return all;
      }() + "\"");
  EXPECT_EQ(json_text("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(JsonText, ObjectsAndArrays) {
  EXPECT_EQ(
      JsonObject().text("a\"", "b").text_unless_empty("c", "").value("d", JsonArray().text("e").value("1").take()).take(),
      "{\"a\\\"\":\"b\",\"d\":[\"e\",1]}");
  EXPECT_EQ(JsonObject().take(), "{}");
  EXPECT_EQ(JsonArray().take(), "[]");
}

}  // namespace
}  // namespace longshore::base
