#include "common/base/duration.hpp"

#include <gtest/gtest.h>

namespace longshore::base {
namespace {

using namespace std::chrono_literals;

TEST(Duration, EveryUnitIsRead) {
  EXPECT_EQ(parse_duration("1ns"), 1ns);
  EXPECT_EQ(parse_duration("2us"), 2us);
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, ABareNumberIsRefusedWithTheMendedText) {
  EXPECT_EQ(parse_duration("30").error().message, "\"30\" needs a unit, e.g. \"30s\"");
}

TEST(Duration, WhatIsNoDurationIsRefused) {
  for (const char* text :
       {"", "s", "-1s", "1.5s", " 1s", "1 s", "1S", "1month", "1m1h", "1s1s", "1h30", "99999999999999999999s"})
    EXPECT_EQ(parse_duration(text).error().code, Code::invalid) << text;
}

TEST(Duration, OneThatDoesNotFitIsRefusedNotWrapped) {
  EXPECT_EQ(parse_duration("106751d"), 106'751 * 24h);
  EXPECT_EQ(parse_duration("106752d").error().message, "\"106752d\" is too long");
  EXPECT_EQ(parse_duration("106751d24h").error().code, Code::invalid);
}

TEST(Duration, WhatIsPrintedIsReadBackTheSame) {
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(90s), "1m30s");
  for (const Duration d : {Duration{1}, Duration{1'500ms}, Duration{25h + 1ns}, Duration::max()})
    EXPECT_EQ(parse_duration(format_duration(d)), d) << format_duration(d);
}

TEST(Duration, ANegativeOnePrintsWithItsSign) {
  EXPECT_EQ(format_duration(-90s), "-1m30s");
  EXPECT_EQ(format_duration(Duration::min()), "-106751d23h47m16s854ms775us808ns");
}

}  // namespace
}  // namespace longshore::base
