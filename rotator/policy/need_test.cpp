#include "rotator/policy/need.hpp"

#include <gtest/gtest.h>

namespace longshore::rotator {
namespace {

base::Civil civil(int year, unsigned month, unsigned day, unsigned hour = 0, unsigned minute = 0) {
  base::Civil time;
  time.year = year, time.month = month, time.day = day, time.hour = hour, time.minute = minute;
  return time;
}

// Friday.
const base::Civil kNow = civil(2026, 11, 27, 13, 5);

bool due(const Policy& policy, const base::Civil& last, std::uint64_t size = 100, const base::Civil& now = kNow) {
  const Moment moment{base::from_civil(now), now};
  return need_for_rotation(policy, {size, moment.at - std::chrono::hours(240), last}, moment, false).rotate;
}
Policy by(Criterion criterion) {
  Policy policy;
  policy.criterion = criterion;
  return policy;
}

TEST(NeedTest, BySizeAlone) {
  Policy policy;
  policy.size = 100;
  EXPECT_TRUE(due(policy, kNow, 100));
  EXPECT_FALSE(due(policy, civil(2020, 1, 1), 99));
}

TEST(NeedTest, ByTheHourOfTheWallClock) {
  EXPECT_FALSE(due(by(Criterion::hourly), civil(2026, 11, 27, 13, 0)));
  EXPECT_TRUE(due(by(Criterion::hourly), civil(2026, 11, 27, 12, 59)));
  EXPECT_TRUE(due(by(Criterion::hourly), civil(2026, 11, 26, 13, 5)));
}

TEST(NeedTest, ByTheDay) {
  EXPECT_FALSE(due(by(Criterion::daily), civil(2026, 11, 27, 0, 0)));
  EXPECT_TRUE(due(by(Criterion::daily), civil(2026, 11, 26, 23, 59)));
}

TEST(NeedTest, ByTheWeek) {
  Policy policy = by(Criterion::weekly);
  EXPECT_FALSE(due(policy, civil(2026, 11, 21)));  // Sunday was between, but nothing ran then: the week is not over
  EXPECT_TRUE(due(policy, civil(2026, 11, 20)));
  policy.weekday = 5;
  EXPECT_TRUE(due(policy, civil(2026, 11, 26)));
  EXPECT_FALSE(due(policy, civil(2026, 11, 27)));
  policy.weekday = 7;
  EXPECT_FALSE(due(policy, civil(2026, 11, 21)));
}

TEST(NeedTest, ByTheMonthAndItsDay) {
  Policy policy = by(Criterion::monthly);
  EXPECT_FALSE(due(policy, civil(2026, 11, 1)));
  EXPECT_TRUE(due(policy, civil(2026, 10, 31)));
  policy.month_day = 27;
  EXPECT_TRUE(due(policy, civil(2026, 11, 2)));
  policy.month_day = 28;
  EXPECT_FALSE(due(policy, civil(2026, 11, 2)));
  policy.month_day = 31;  // November has none
  EXPECT_TRUE(due(policy, civil(2026, 11, 2), 100, civil(2026, 11, 30)));
}

TEST(NeedTest, ByTheYear) {
  EXPECT_FALSE(due(by(Criterion::yearly), civil(2026, 1, 1)));
  EXPECT_TRUE(due(by(Criterion::yearly), civil(2025, 12, 31)));
}

TEST(NeedTest, ByAnInterval) {
  Policy policy = by(Criterion::interval);
  policy.interval = std::chrono::minutes(5);
  EXPECT_TRUE(due(policy, civil(2026, 11, 27, 13, 0)));
  EXPECT_FALSE(due(policy, civil(2026, 11, 27, 13, 1)));
}

TEST(NeedTest, SizesMoveWhatTheClockSays) {
  Policy policy = by(Criterion::daily);
  policy.max_size = 50;
  EXPECT_TRUE(due(policy, kNow, 51));
  EXPECT_FALSE(due(policy, kNow, 50));
  policy.max_size.reset();
  policy.min_size = 50;
  EXPECT_TRUE(due(policy, civil(2026, 11, 1), 50));
  EXPECT_FALSE(due(policy, civil(2026, 11, 1), 49));
}

TEST(NeedTest, AYoungOrEmptyLogMayWait) {
  Policy policy = by(Criterion::daily);
  policy.min_age_days = 10;
  EXPECT_FALSE(due(policy, civil(2026, 11, 1)));
  policy.min_age_days = 9;
  EXPECT_TRUE(due(policy, civil(2026, 11, 1)));
  policy.if_empty = false;
  EXPECT_FALSE(due(policy, civil(2026, 11, 1), 0));
  const Moment now{base::from_civil(kNow), kNow};
  EXPECT_FALSE(need_for_rotation(policy, {0, now.at, kNow}, now, true).rotate);
  EXPECT_TRUE(need_for_rotation(policy, {1, now.at, kNow}, now, true).rotate);
}

TEST(NeedTest, ALastRotationInTheFutureIsNotBelieved) {
  const Moment now{base::from_civil(kNow), kNow};
  const Need need = need_for_rotation(by(Criterion::yearly), {1, now.at, civil(2026, 12, 24)}, now, false);
  EXPECT_TRUE(need.rotate);
  EXPECT_TRUE(need.from_future);
  EXPECT_FALSE(due(by(Criterion::daily), civil(2026, 11, 27, 14)));  // a clock set back for winter
}

TEST(NeedTest, WithoutAStateTheFilesTellTheLastRotation) {
  const base::Timestamp now{1'000'000};
  using T = base::Timestamp;
  EXPECT_EQ(likely_last_rotation(T{900}, T{500}, {}, now), T{500});  // older than its inode: copied here
  EXPECT_EQ(likely_last_rotation(T{300}, T{500}, {}, now), T{300});  // never rotated
  EXPECT_EQ(likely_last_rotation(std::nullopt, T{500}, {}, now), T{500});
  EXPECT_EQ(likely_last_rotation(T{300}, T{500}, {T{350}, T{100}}, now), T{350});  // in place
  EXPECT_EQ(likely_last_rotation(T{400}, T{500}, {T{350}}, now), T{400});          // made anew at the rotation
  EXPECT_EQ(likely_last_rotation(T{1}, T{2}, {T{2'000'000}}, now), now);
}

}  // namespace
}  // namespace longshore::rotator
