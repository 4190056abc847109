#include "rules/engine/muting.hpp"

#include <gtest/gtest.h>

#include "rules/file/schedule.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;

base::Timestamp at(std::string_view text) { return base::parse_rfc3339(text).value(); }

TEST(Muting, AScheduleIsMeantInItsZone) {
  const Schedule weekend = parse_schedule("Sat 02:00-04:00 +01:00").value();
  const base::Zone zone = base::Zone::from_offset("+01:00").value();
  EXPECT_FALSE(is_within(weekend, zone, at("2026-11-28T00:59:59Z")));
  EXPECT_TRUE(is_within(weekend, zone, at("2026-11-28T01:00:00Z")));
  EXPECT_TRUE(is_within(weekend, zone, at("2026-11-28T02:59:59Z")));
  EXPECT_FALSE(is_within(weekend, zone, at("2026-11-28T03:00:00Z")));
  EXPECT_FALSE(is_within(weekend, zone, at("2026-11-27T01:30:00Z")));
}

TEST(Muting, ANightBelongsToTheDayOnWhichItBegins) {
  const Schedule nights = parse_schedule("Mon-Fri 22:00-06:00 UTC").value();
  const base::Zone utc = base::Zone::utc();
  EXPECT_TRUE(is_within(nights, utc, at("2026-11-27T23:00:00Z")));   // Friday
  EXPECT_TRUE(is_within(nights, utc, at("2026-11-28T05:59:00Z")));   // the end of Friday's
  EXPECT_FALSE(is_within(nights, utc, at("2026-11-28T22:30:00Z")));  // Saturday
  EXPECT_FALSE(is_within(nights, utc, at("2026-11-23T05:00:00Z")));  // Monday morning is Sunday's night
}

TEST(Muting, SaysWhyAndWhenItMayChange) {
  RuleSpec rule;
  rule.mute_deploy = 10min;
  MuteSpec mute{.file = "mutes/db.yaml",
                .place = {},
                .reason = "migration",
                .rules = {"a"},
                .match = {},
                .from = at("2026-11-23T10:00:00Z"),
                .until = at("2026-11-23T12:00:00Z")};
  const auto ask = [&](std::string_view now, std::string_view deploy) {
    return mute_state(rule, {&mute}, {}, deploy.empty() ? base::Timestamp{} : at(deploy), at(now));
  };
  EXPECT_FALSE(ask("2026-11-23T09:00:00Z", "").muted);
  EXPECT_EQ(ask("2026-11-23T09:00:00Z", "").until, mute.from);
  EXPECT_EQ(ask("2026-11-23T11:00:00Z", "").why, "mutes/db.yaml: migration");
  EXPECT_EQ(ask("2026-11-23T11:00:00Z", "").until, mute.until);
  EXPECT_EQ(ask("2026-11-23T13:00:00Z", "").until, base::kNever);
  EXPECT_EQ(ask("2026-11-23T13:05:00Z", "2026-11-23T13:00:00Z").why, "a deploy is on");
  EXPECT_FALSE(ask("2026-11-23T13:10:00Z", "2026-11-23T13:00:00Z").muted);
}

}  // namespace
}  // namespace longshore::rules
