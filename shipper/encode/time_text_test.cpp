#include "shipper/encode/time_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "common/base/timestamp.hpp"

namespace longshore::shipper {
namespace {

std::string rfc3339(TimeText& text, std::int64_t ns) {
  char out[32];
  return {out, text.rfc3339(ns, out)};
}
std::string rfc3164(TimeText& text, std::int64_t ns) {
  char out[32];
  return {out, text.rfc3164(ns, out)};
}

TEST(TimeText, SaysWhatTheFormatterSays) {
  TimeText text;
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const auto ns = static_cast<std::int64_t>(random()) >> (random() % 40);
    if (ns < INT64_MIN + 1'000'000'000) continue;
    ASSERT_EQ(rfc3339(text, ns), base::format_rfc3339({ns}, 6)) << ns;
  }
}

TEST(TimeText, NeighboursInOneSecondDifferInTheirFraction) {
  TimeText text;
  EXPECT_EQ(rfc3339(text, 1'795'405'332'123'456'789), "2026-11-23T03:42:12.123456Z");
  EXPECT_EQ(rfc3339(text, 1'795'405'332'000'001'000), "2026-11-23T03:42:12.000001Z");
  EXPECT_EQ(rfc3339(text, 1'795'405'333'000'000'000), "2026-11-23T03:42:13.000000Z");
  EXPECT_EQ(rfc3339(text, -1), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, OldStyleDayBelowTenIsPaddedWithABlank) {
  TimeText text;
  EXPECT_EQ(rfc3164(text, 1'795'405'332'123'456'789), "Nov 23 03:42:12");
  EXPECT_EQ(rfc3164(text, 0), "Jan  1 00:00:00");
}

TEST(TimeText, TheEndsOfTheRangeAreSafe) {
  TimeText text;
  EXPECT_EQ(rfc3339(text, INT64_MAX), "2262-04-11T23:47:16.854775Z");
  EXPECT_EQ(rfc3339(text, INT64_MIN), "1677-09-21T00:12:44.000000Z");
}

}  // namespace
}  // namespace longshore::shipper
