#include "common/base/timestamp.hpp"

#include <gtest/gtest.h>

#include <random>

#include "common/base/clock.hpp"

namespace longshore::base {
namespace {

using namespace std::chrono_literals;

std::string again(std::string_view text, unsigned digits = 9) {
  const auto time = parse_rfc3339(text);
  return time ? format_rfc3339(*time, digits) : "refused";
}

TEST(Timestamp, Rfc3339IsReadInUtc) {
  EXPECT_EQ(again("2026-11-23T03:42:12Z"), "2026-11-23T03:42:12.000000000Z");
  EXPECT_EQ(again("2026-11-23 03:42:12z"), "2026-11-23T03:42:12.000000000Z");
  EXPECT_EQ(again("2026-11-23t03:42:12.5Z"), "2026-11-23T03:42:12.500000000Z");
  EXPECT_EQ(again("2026-11-23T03:42:12,123456789Z"), "2026-11-23T03:42:12.123456789Z");
  EXPECT_EQ(again("2026-01-01T00:30:00+01:00"), "2025-12-31T23:30:00.000000000Z");
  EXPECT_EQ(again("2026-12-31T20:00:00.25-05:30"), "2027-01-01T01:30:00.250000000Z");
  EXPECT_EQ(again("1969-12-31T23:59:59.999999999Z"), "1969-12-31T23:59:59.999999999Z");
}

TEST(Timestamp, ALeapSecondIsTheSecondBeforeIt) {
  EXPECT_EQ(again("2016-12-31T23:59:60.5Z"), "2016-12-31T23:59:59.500000000Z");
}

TEST(Timestamp, LeapDaysExistInLeapYearsOnly) {
  EXPECT_EQ(again("2024-02-29T00:00:00Z", 0), "2024-02-29T00:00:00Z");
  EXPECT_EQ(again("2000-02-29T00:00:00Z", 0), "2000-02-29T00:00:00Z");
  EXPECT_EQ(again("1900-02-29T00:00:00Z"), "refused");
  EXPECT_EQ(again("2025-02-29T00:00:00Z"), "refused");
}

TEST(Timestamp, WhatIsNotRfc3339IsRefused) {
  for (const char* text : {"",
                           "2026-11-23",
                           "2026-11-23T03:42:12",
                           "2026-11-23T03:42:12.Z",
                           "2026-11-23T03:42:12.5",
                           "2026-11-23T03:42:12.1234567890Z",
                           "2026-11-23T03:42:12+1:00",
                           "2026-11-23T03:42:12+0100",
                           "2026-11-23T03:42:12+24:00",
                           "2026-11-23T03:42:12+01:60",
                           "2026-11-23T03:42:12Zx",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T03:60:12Z",
                           "2026-11-23T03:42:61Z",
                           "2026-00-23T03:42:12Z",
                           "2026-13-23T03:42:12Z",
                           "2026-11-00T03:42:12Z",
                           "2026-11-31T03:42:12Z",
                           "2026/11/23T03:42:12Z",
                           "2026-11-23_03:42:12Z",
                           "+026-11-23T03:42:12Z",
                           "2026-1 -23T03:42:12Z"})
    EXPECT_EQ(again(text), "refused") << text;
}

TEST(Timestamp, OutsideItsRangeItStopsAtTheEndAlsoWithAnOffset) {
  for (const char* text : {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59+23:59"})
    EXPECT_GT(*parse_rfc3339(text), *parse_rfc3339("2262-01-01T00:00:00Z")) << text;
  for (const char* text : {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00-23:59"})
    EXPECT_LT(*parse_rfc3339(text), *parse_rfc3339("1678-01-01T00:00:00Z")) << text;
}

TEST(Timestamp, EveryTimeIsReadBackFromWhatIsPrinted) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const Timestamp time{static_cast<std::int64_t>(random()) / 2};
    EXPECT_EQ(parse_rfc3339(format_rfc3339(time, 9)), time) << time.ns;
  }
}

TEST(Timestamp, TheEndsOfItsRangePrint) {
  EXPECT_EQ(format_rfc3339(kNever, 3), "2262-04-11T23:47:16.854Z");
  EXPECT_EQ(format_rfc3339(Timestamp{std::numeric_limits<std::int64_t>::min()}, 0), "1677-09-21T00:12:43Z");
}

TEST(Timestamp, DigitsAreCutNotRounded) {
  const Timestamp time{999'999'999};
  EXPECT_EQ(format_rfc3339(time, 0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(time, 3), "1970-01-01T00:00:00.999Z");
  EXPECT_EQ(format_rfc3339(time), "1970-01-01T00:00:00.999999Z");
}

TEST(Timestamp, DaysCountOnFromEachOther) {
  std::int64_t last = days_from_civil(1899, 12, 31);
  for (int year = 1900; year <= 2104; ++year)
    for (unsigned month = 1; month <= 12; ++month) {
      const unsigned days = month == 2 ? ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28)
                            : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                    : 31;
      for (unsigned day = 1; day <= days; ++day)
        ASSERT_EQ(days_from_civil(year, month, day), ++last) << year << month << day;
    }
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
}

TEST(ManualClock, MovesOnlyByHand) {
  ManualClock clock(Timestamp{5});
  EXPECT_EQ(clock.now(), Timestamp{5});
  clock.advance(1s);
  EXPECT_EQ(clock.now() - Timestamp{5}, 1s);
  clock.set(Timestamp{1});
  EXPECT_EQ(clock.now(), Timestamp{1});
}

}  // namespace
}  // namespace longshore::base
