#include "shipper/docker/msgpack.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::string_literals;
using Outcome = MsgpackScanner::Outcome;

MsgpackValue read(std::string_view bytes) {
  MsgpackReader reader(bytes);
  MsgpackValue value;
  EXPECT_TRUE(reader.next(value));
  EXPECT_TRUE(reader.at_end());
  return value;
}

TEST(Msgpack, IntegersOfEveryWidthKeepTheirValue) {
  const auto number = [](std::string_view bytes) { return static_cast<std::int64_t>(read(bytes).number); };
  EXPECT_EQ(number("\x7F"), 127);
  EXPECT_EQ(number("\xFF"), -1);
  EXPECT_EQ(number("\xE0"), -32);
  EXPECT_EQ(number("\xCC\xFF"), 255);
  EXPECT_EQ(number("\xCD\x01\x02"), 258);
  EXPECT_EQ(number("\xCE\x01\x02\x03\x04"), 0x01020304);
  EXPECT_EQ(number("\xCF\x01\x02\x03\x04\x05\x06\x07\x08"), 0x0102030405060708);
  EXPECT_EQ(number("\xD0\x80"), -128);
  EXPECT_EQ(number("\xD1\x80\x00"s), -32768);
  EXPECT_EQ(number("\xD2\x80\x00\x00\x00"s), -2147483648LL);
  EXPECT_EQ(number("\xD3\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"), -2);
  EXPECT_TRUE(read("\xFF").negative);
  EXPECT_FALSE(read("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF").negative);
}

TEST(Msgpack, EveryTypeIsTold) {
  EXPECT_EQ(read("\xC0").type, MsgpackType::nil);
  EXPECT_EQ(read("\xC3").number, 1U);
  EXPECT_EQ(read("\xC2").number, 0U);
  EXPECT_DOUBLE_EQ(read("\xCA\x3F\xC0\x00\x00"s).real, 1.5);
  EXPECT_DOUBLE_EQ(read("\xCB\x3F\xF8\x00\x00\x00\x00\x00\x00"s).real, 1.5);
  EXPECT_EQ(read("\xA3"
                 "abc")
                .bytes,
            "abc");
  EXPECT_EQ(read("\xD9\x03"
                 "abc")
                .bytes,
            "abc");
  EXPECT_EQ(read("\xDA\x00\x03"
                 "abc"s)
                .bytes,
            "abc");
  EXPECT_EQ(read("\xDB\x00\x00\x00\x03"
                 "abc"s)
                .bytes,
            "abc");
  EXPECT_EQ(read("\xC4\x03"
                 "abc")
                .type,
            MsgpackType::binary);
  EXPECT_EQ(read("\xC5\x00\x03"
                 "abc"s)
                .bytes,
            "abc");
  EXPECT_EQ(read("\xC6\x00\x00\x00\x03"
                 "abc"s)
                .bytes,
            "abc");
  const MsgpackValue fixed = read(
      "\xD7\x05"
      "12345678");
  EXPECT_EQ(fixed.extension, 5);
  EXPECT_EQ(fixed.bytes, "12345678");
  const MsgpackValue sized = read(
      "\xC7\x02\x05"
      "ab");
  EXPECT_EQ(sized.extension, 5);
  EXPECT_EQ(sized.bytes, "ab");
  EXPECT_EQ(read("\x93").size, 3U);
  EXPECT_EQ(read("\xDC\x01\x00"s).size, 256U);
  EXPECT_EQ(read("\xDD\x00\x01\x00\x00"s).size, 65536U);
  EXPECT_EQ(read("\x82").type, MsgpackType::map);
  EXPECT_EQ(read("\xDE\x00\x02"s).size, 2U);
  EXPECT_EQ(read("\xDF\x00\x00\x00\x02"s).size, 2U);
}

TEST(Msgpack, ATruncatedValueIsNotRead) {
  const std::string bytes = MsgpackWriter().array(2).text(std::string(300, 'x')).record({{"k", "v"}}).bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string exact = bytes.substr(0, size);
    EXPECT_FALSE(MsgpackReader(exact).skip()) << size;
  }
  EXPECT_TRUE(MsgpackReader(bytes).skip());
  MsgpackValue value;
  EXPECT_FALSE(MsgpackReader("\xC1").next(value));
}

TEST(Msgpack, TheScannerFindsTheEndWhereverTheBytesAreCut) {
  const std::string value =
      MsgpackWriter().array(3).text("tag").array(2).array(2).integer(1).record({{"a", "b"}}).array(0).map(0).bytes();
  const std::string bytes = value + "\x90";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    MsgpackScanner scanner;
    std::size_t shown = 0;
    Outcome outcome = Outcome::more;
    while (outcome == Outcome::more) {
      ASSERT_LT(shown, bytes.size());
      shown = std::min(shown + step, bytes.size());
      outcome = scanner.scan(std::string_view(bytes).substr(0, shown), 1000);
    }
    EXPECT_EQ(outcome, Outcome::whole);
    EXPECT_EQ(scanner.size(), value.size());
  }
}

TEST(Msgpack, LyingLengthsAreRefusedBeforeTheyAreWaitedFor) {
  for (const std::string& lie : {"\xDD\xFF\xFF\xFF\xFF"s, "\xDF\xFF\xFF\xFF\xFF"s, "\xDB\xFF\xFF\xFF\xFF"s,
                                 "\xC6\xFF\xFF\xFF\xFF"s, "\xC9\xFF\xFF\xFF\xFF\x00"s, "\x92\xDD\xFF\xFF\xFF\xFF"s}) {
    EXPECT_EQ(MsgpackScanner().scan(lie, 16 << 20), Outcome::too_large);
    EXPECT_FALSE(MsgpackReader(lie).skip());
  }
}

TEST(Msgpack, WhatGrowsPastTheLimitIsRefused) {
  EXPECT_EQ(MsgpackScanner().scan(MsgpackWriter().array(2).text("abc").bytes(), 100), Outcome::more);
  EXPECT_EQ(MsgpackScanner().scan(MsgpackWriter().array(2).text(std::string(200, 'x')).bytes(), 100), Outcome::too_large);
}

TEST(Msgpack, DepthIsBounded) {
  EXPECT_EQ(MsgpackScanner().scan(std::string(kMsgpackDepth, '\x91') + "\x01", 1 << 20), Outcome::whole);
  EXPECT_EQ(MsgpackScanner().scan(std::string(kMsgpackDepth + 1, '\x91') + "\x01", 1 << 20), Outcome::broken);
  EXPECT_TRUE(MsgpackReader(std::string(1'000'000, '\x91') + "\x01").skip());  // needs no stack
}

}  // namespace
}  // namespace longshore::shipper
