#include "shipper/docker/msgpack_json.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::string_literals;

std::string json(std::string_view bytes) {
  MsgpackReader reader(bytes);
  Output out;
  return append_msgpack_json(out, reader) ? std::string(out.view()) : "refused";
}

TEST(MsgpackJson, EveryTypeHasItsJson) {
  EXPECT_EQ(json("\xC0"), "null");
  EXPECT_EQ(json("\xC3"), "true");
  EXPECT_EQ(json("\xD0\xFE"), "-2");
  EXPECT_EQ(json("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "18446744073709551615");
  EXPECT_EQ(json("\xCB\x3F\xF8\x00\x00\x00\x00\x00\x00"s), "1.5");
  EXPECT_EQ(json("\xA3"
                 "a\"b"),
            R"("a\"b")");
  EXPECT_EQ(json("\xC4\x01\xFF"), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(json("\x83\xA1"
                 "a\x92\x01\x80\x02\xC0\x91\x05\xA0"),
            R"({"a":[1,{}],"2":null,"[5]":""})");
}

TEST(MsgpackJson, WhatJsonCannotSayIsNull) {
  EXPECT_EQ(json("\xCB\x7F\xF0\x00\x00\x00\x00\x00\x00"s), "null");
  EXPECT_EQ(json("\xCB\x7F\xF8\x00\x00\x00\x00\x00\x00"s), "null");
  EXPECT_EQ(json("\xD4\x01\x00"s), "null");
}

TEST(MsgpackJson, DepthAndTruncationAreRefused) {
  EXPECT_NE(json(std::string(kMsgpackDepth, '\x91') + "\x01"), "refused");
  EXPECT_EQ(json(std::string(kMsgpackDepth + 1, '\x91') + "\x01"), "refused");
  EXPECT_EQ(json(std::string(100'000, '\x91')), "refused");
  std::string keys;  // maps as keys of maps
  for (int i = 0; i < 100'000; ++i) keys += '\x81';
  EXPECT_EQ(json(keys), "refused");
  EXPECT_EQ(json("\x92\x01"), "refused");
}

}  // namespace
}  // namespace longshore::shipper
