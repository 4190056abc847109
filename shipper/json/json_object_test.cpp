#include "shipper/json/json_object.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace longshore::shipper {
namespace {

std::map<std::string, std::string> values(const JsonObject& object) {
  std::map<std::string, std::string> all;
  for (const JsonMember& member : object.members()) all[std::string(member.key)] = member.value;
  return all;
}

TEST(JsonObject, GivesTextUnescapedAndEverythingElseAsItStands) {
  JsonObject object;
  ASSERT_TRUE(object.read(R"( {"a":"x\ny", "n" : 1.50e+3 , "b":true,"z":null,"o":{ "p" : [1, {}] } ,"l":[],"\u0041":""} )"));
  const auto all = values(object);
  EXPECT_EQ(all.at("a"), "x\ny");
  EXPECT_EQ(all.at("n"), "1.50e+3");
  EXPECT_EQ(all.at("b"), "true");
  EXPECT_EQ(all.at("z"), "null");
  EXPECT_EQ(all.at("o"), R"({ "p" : [1, {}] })");
  EXPECT_EQ(all.at("l"), "[]");
  EXPECT_EQ(all.at("A"), "");
  EXPECT_EQ(object.members().size(), 7U);
}

TEST(JsonObject, SaysWhereAPlainValueStandsInTheInput) {
  const std::string text = R"({"plain":"value","ends":"line\n","number":12})";
  JsonObject object;
  ASSERT_TRUE(object.read(text));
  const JsonMember& plain = object.members()[0];
  EXPECT_EQ(text.substr(plain.offset, plain.plain), "value");
  const JsonMember& ends = object.members()[1];
  EXPECT_EQ(ends.value, "line\n");
  EXPECT_EQ(text.substr(ends.offset, ends.plain), "line");
  EXPECT_EQ(text.substr(object.members()[2].offset, 2), "12");
}

TEST(JsonObject, NumbersKeepEveryDigit) {
  JsonObject object;
  ASSERT_TRUE(object.read(R"({"big":123456789012345678901234567890,"time":1385053862.307200000001})"));
  EXPECT_EQ(object.members()[0].value, "123456789012345678901234567890");
  EXPECT_EQ(object.members()[1].value, "1385053862.307200000001");
}

TEST(JsonObject, WhatIsNotOneValidObjectIsNone) {
  JsonObject object;
  for (const char* text : {"",
                           " ",
                           "x",
                           "[]",
                           "1",
                           "\"a\"",
                           "null",
                           "{",
                           "}",
                           "{\"a\":1",
                           "{\"a\":{\"b\":1}",
                           "{\"a\"}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{\"a\":1}}",
                           "{\"a\":1} x",
                           "{\"a\":1}{\"b\":2}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":1.}",
                           "{\"a\":.5}",
                           "{\"a\":1e}",
                           "{\"a\":-}",
                           "{\"a\":tru}",
                           "{\"a\":nulll}",
                           "{\"a\":{\"b\":trux}}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[1,,2]}",
                           "{\"a\":1,}",
                           "{\"a\":\"\\q\"}",
                           "{\"a\":[\"\\q\"]}",
                           "{\"\\q\":1}",
                           "{\"a\":{\"\\q\":1}}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"x}",
                           "{\"a\":\"\n\"}",
                           "{\"a\":\"\xff\"}",
                           "{,\"a\":1}",
                           "{\"a\":[}]}",
                           "{\"a\":]}",
                           "{\"a\":\"b\":1}",
                           "{\"a\":{\"b\":\"c\":1}}",
                           "{\"a\":1:2}",
                           "{\"a\":[\"b\":1]}"}) {
    EXPECT_FALSE(object.read(text)) << text;
    EXPECT_TRUE(object.members().empty()) << text;
  }
  EXPECT_TRUE(object.read("{}"));
}

TEST(JsonObject, NestingIsBounded) {
  JsonObject object;
  const auto nested = [](std::size_t depth) { return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}"; };
  EXPECT_TRUE(object.read(nested(JsonObject::kDeepest - 1)));
  EXPECT_FALSE(object.read(nested(JsonObject::kDeepest + 1)));
  EXPECT_FALSE(object.read(nested(1'000'000)));
  EXPECT_TRUE(object.read("{\"a\":1}"));
}

TEST(JsonObject, SizeIsBoundedAndALargeTextLeavesNoTrace) {
  JsonObject object;
  EXPECT_TRUE(object.read("{\"a\":\"" + std::string(4 << 20, 'x') + "\"}"));
  EXPECT_FALSE(object.read("{\"a\":\"" + std::string(JsonObject::kLargest, 'x') + "\"}"));
  EXPECT_TRUE(object.read("{\"a\":1}"));
}

}  // namespace
}  // namespace longshore::shipper
