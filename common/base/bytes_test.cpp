#include "common/base/bytes.hpp"

#include <gtest/gtest.h>

namespace longshore::base {
namespace {

TEST(Bytes, UnitsOfTenAndOfTwoAreDifferent) {
  EXPECT_EQ(parse_bytes("512B"), 512_B);
  EXPECT_EQ(parse_bytes("5kB"), Bytes{5'000});
  EXPECT_EQ(parse_bytes("5MB"), Bytes{5'000'000});
  EXPECT_EQ(parse_bytes("3GB"), Bytes{3'000'000'000});
  EXPECT_EQ(parse_bytes("1TB"), Bytes{1'000'000'000'000});
  EXPECT_EQ(parse_bytes("5KiB"), 5_KiB);
  EXPECT_EQ(parse_bytes("64MiB"), 64_MiB);
  EXPECT_EQ(parse_bytes("4GiB"), 4_GiB);
  EXPECT_EQ(parse_bytes("2TiB"), 2048_GiB);
}

TEST(Bytes, ABareNumberIsRefusedWithTheMendedText) {
  EXPECT_EQ(parse_bytes("64").error().message, "\"64\" needs a unit, e.g. \"64MiB\"");
}

TEST(Bytes, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "MiB", "-1B", "1.5GiB", " 1B", "1 B", "1b", "1Mib", "1B1B", "0x10B"})
    EXPECT_EQ(parse_bytes(text).error().code, Code::invalid) << text;
}

TEST(Bytes, ASizeThatDoesNotFitIsRefusedNotWrapped) {
  EXPECT_EQ(parse_bytes("18446744073709551615B"), Bytes{~0ULL});
  EXPECT_EQ(parse_bytes("18446744073709551616B").error().code, Code::invalid);
  EXPECT_EQ(parse_bytes("16777215TiB"), Bytes{16777215ULL << 40});
  EXPECT_EQ(parse_bytes("16777216TiB").error().message, "\"16777216TiB\" is too large");
}

TEST(Bytes, PeopleSeeThreeDigits) {
  EXPECT_EQ(format_bytes(0_B), "0 B");
  EXPECT_EQ(format_bytes(1023_B), "1023 B");
  EXPECT_EQ(format_bytes(1536_KiB), "1.50 MiB");
  EXPECT_EQ(format_bytes(64_MiB), "64.0 MiB");
  EXPECT_EQ(format_bytes(512_GiB), "512 GiB");
  EXPECT_EQ(format_bytes(Bytes{~0ULL}), "16.0 EiB");
}

}  // namespace
}  // namespace longshore::base
