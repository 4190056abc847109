#include "rotator/schedule/decision.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "rotator/schedule/clock_watch.hpp"
#include "rotator/schedule/last_rotation.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;
using base::Timestamp;
using base::Zone;

Timestamp at(const char* text) { return base::parse_rfc3339(text).value(); }

const Triggers kDaily{.calendar = {.period = Period::daily}, .size = {}, .max_size = 1000, .min_size = 0, .min_age = {}};

RotationReason ask(const Triggers& triggers, const LogFacts& facts, Timestamp now) {
  return decide(triggers, facts, now, Zone::utc()).reason;
}

TEST(Decision, SizeAndCalendarTogether) {
  LogFacts facts{.bytes = 10, .modified = at("2026-11-27T01:00:00Z"), .last_rotation = at("2026-11-27T00:00:00Z")};
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-27T23:59:59Z")), RotationReason::none);
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-28T00:00:00Z")), RotationReason::calendar);
  facts.bytes = 1000;
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-27T01:00:00Z")), RotationReason::max_size);
  facts.bytes = 0;
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-28T00:00:00Z")), RotationReason::none);
  Triggers empty_too = kDaily;
  empty_too.if_empty = true;
  EXPECT_EQ(ask(empty_too, facts, at("2026-11-28T00:00:00Z")), RotationReason::calendar);
}

TEST(Decision, SizeAloneKnowsNoCalendarAndMinsizeHoldsItBack) {
  const Triggers size{.calendar = {.period = Period::daily}, .size = 100, .max_size = {}, .min_size = 0, .min_age = {}};
  LogFacts facts{.bytes = 99, .modified = {}, .last_rotation = at("2020-01-01T00:00:00Z")};
  EXPECT_EQ(ask(size, facts, at("2026-11-28T00:00:00Z")), RotationReason::none);
  facts.bytes = 100;
  EXPECT_EQ(ask(size, facts, at("2026-11-28T00:00:00Z")), RotationReason::size);
  const Triggers minimum{.calendar = {.period = Period::daily}, .size = {}, .max_size = {}, .min_size = 200, .min_age = {}};
  EXPECT_EQ(ask(minimum, facts, at("2026-11-28T00:00:00Z")), RotationReason::none);
  facts.bytes = 200;
  EXPECT_EQ(ask(minimum, facts, at("2026-11-28T00:00:00Z")), RotationReason::calendar);
}

TEST(Decision, MinageWaitsForTheWriterToRest) {
  Triggers triggers = kDaily;
  triggers.min_age = 24h;
  const LogFacts facts{.bytes = 5000, .modified = at("2026-11-27T12:00:00Z"), .last_rotation = at("2026-11-20T00:00:00Z")};
  const Decision early = decide(triggers, facts, at("2026-11-28T11:59:59Z"), Zone::utc());
  EXPECT_FALSE(early.rotate());
  EXPECT_EQ(early.next, at("2026-11-28T12:00:00Z"));
  EXPECT_TRUE(decide(triggers, facts, at("2026-11-28T12:00:00Z"), Zone::utc()).rotate());
}

TEST(Decision, ARotationBySizeShortlyBeforeMidnightStandsInForMidnights) {
  LogFacts facts{.bytes = 10, .modified = {}, .last_rotation = at("2026-11-27T23:30:00Z")};
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-28T00:00:00Z")), RotationReason::none);
  EXPECT_EQ(decide(kDaily, facts, at("2026-11-28T00:00:00Z"), Zone::utc()).next, at("2026-11-29T00:00:00Z"));
  facts.last_rotation = at("2026-11-27T12:00:00Z");
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-28T00:00:00Z")), RotationReason::calendar);
  facts.last_rotation = at("2026-11-27T23:30:00Z");
  Triggers clock_alone = kDaily;
  clock_alone.max_size.reset();
  EXPECT_EQ(ask(clock_alone, facts, at("2026-11-28T00:00:00Z")), RotationReason::calendar);
}

TEST(Decision, AClockThatWasSetBackFarDoesNotStopRotation) {
  const LogFacts facts{.bytes = 10, .modified = {}, .last_rotation = at("2036-01-01T00:00:00Z")};
  EXPECT_EQ(ask(kDaily, facts, at("2026-11-28T00:00:00Z")), RotationReason::clock_set_back);
  const LogFacts an_hour{.bytes = 10, .modified = {}, .last_rotation = at("2026-11-28T00:30:00Z")};
  EXPECT_EQ(ask(kDaily, an_hour, at("2026-11-27T23:30:00Z")), RotationReason::none);
}

TEST(Decision, ABlocksPolicyAsTriggers) {
  Policy policy;
  policy.size = 77;
  EXPECT_EQ(triggers_of(policy).size, 77U);
  policy.criterion = Criterion::interval;
  policy.interval = 90s;
  EXPECT_EQ(triggers_of(policy).calendar.count, 90U);
  EXPECT_FALSE(triggers_of(policy).size);
  policy.criterion = Criterion::weekly;
  policy.weekday = 7;
  EXPECT_EQ(calendar_text(triggers_of(policy).calendar), "every seven days");
  policy.criterion = Criterion::monthly;
  EXPECT_EQ(calendar_text(triggers_of(policy).calendar), "monthly");
  policy.month_day = 15;
  policy.min_size = 5;
  policy.min_age_days = 2;
  EXPECT_EQ(triggers_of(policy).calendar.day, 15U);
  EXPECT_EQ(triggers_of(policy).min_size, 5U);
  EXPECT_EQ(triggers_of(policy).min_age, 48h);
  for (auto [criterion, text] :
       {std::pair{Criterion::hourly, "hourly"}, {Criterion::daily, "daily"}, {Criterion::yearly, "yearly"}}) {
    policy.criterion = criterion;
    EXPECT_EQ(calendar_text(triggers_of(policy).calendar), text);
  }
}

TEST(Decision, WhatItSaysIsWhy) {
  const LogFacts facts{.bytes = 1 << 20, .modified = {}, .last_rotation = at("2026-11-27T00:00:00Z")};
  Triggers triggers = kDaily;
  triggers.max_size = 2 << 20;
  EXPECT_EQ(decide(triggers, facts, at("2026-11-27T12:00:00Z"), Zone::utc()).why, "daily: due at 2026-11-28T00:00:00Z");
  triggers.max_size = 1 << 20;
  EXPECT_EQ(decide(triggers, facts, at("2026-11-27T12:00:00Z"), Zone::utc()).why, "1.00 MiB has reached maxsize 1.00 MiB");
}

// Random histories of writing, downtime and clocks that jump, walked second by second in one run and in leaps to `next` in
// the other: both rotate at the same moments, and never twice without a byte between.
TEST(Decision, LeapingToTheNextMomentMissesNothing) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 60; ++round) {
    const Period period = std::array{Period::seconds, Period::minutes, Period::hourly, Period::daily}[random() % 4];
    const Triggers triggers{.calendar = {.period = period, .count = 1 + static_cast<unsigned>(random() % 90)},
                            .size = {},
                            .max_size = 1000,
                            .min_size = random() % 3 * 5,
                            .min_age = {}};
    const Timestamp start = at("2026-11-27T22:00:00Z") + std::chrono::seconds(random() % 7200);
    std::vector<std::pair<int, std::uint64_t>> writes;
    for (int second = 0; second < 7000;) {
      second += 1 + static_cast<int>(random() % 400);
      writes.emplace_back(second, random() % 400);
    }
    auto walk = [&](bool leaps) {
      std::vector<int> rotations;
      LogFacts facts{.bytes = 0, .modified = start, .last_rotation = start};
      Decision last = decide(triggers, facts, start, Zone::utc());
      for (std::size_t write = 0, second = 0; second < 7000; ++second) {
        const Timestamp now = start + std::chrono::seconds(second);
        bool look = !leaps || now >= last.next;
        for (; write < writes.size() && writes[write].first <= static_cast<int>(second); ++write) {
          facts.bytes += writes[write].second;
          facts.modified = now;
          look = true;
        }
        if (!look) continue;
        last = decide(triggers, facts, now, Zone::utc());
        if (!last.rotate()) continue;
        EXPECT_GT(facts.bytes, 0U);
        rotations.push_back(static_cast<int>(second));
        facts = {.bytes = 0, .modified = now, .last_rotation = now};
        last = decide(triggers, facts, now, Zone::utc());
      }
      return rotations;
    };
    EXPECT_EQ(walk(false), walk(true)) << "round " << round;
  }
}

TEST(LastRotation, IsTheStatesThenTheArchivesThenTheFiles) {
  const Timestamp now = at("2026-11-27T12:00:00Z");
  const std::vector<ArchiveTime> archives{{at("2026-11-20T00:00:00Z"), at("2026-11-25T00:00:00Z")},
                                          {{}, at("2026-11-22T00:00:00Z")},
                                          {at("2036-01-01T00:00:00Z"), at("2026-11-21T00:00:00Z")}};
  EXPECT_EQ(last_rotation({.state = at("2026-11-01T00:00:00Z"), .archives = archives, .born = {}, .modified = {}}, now),
            at("2026-11-01T00:00:00Z"));
  EXPECT_EQ(last_rotation({.state = {}, .archives = archives, .born = {}, .modified = {}}, now), at("2026-11-22T00:00:00Z"));
  EXPECT_EQ(last_rotation({.state = {}, .archives = {}, .born = at("2026-11-10T00:00:00Z"), .modified = now}, now),
            at("2026-11-10T00:00:00Z"));
  EXPECT_EQ(last_rotation({.state = {}, .archives = {}, .born = {}, .modified = {}}, now), now);
}

TEST(ClockWatch, AJumpCastsDoubtForAWhile) {
  ClockWatch watch;
  const Timestamp start = at("2026-11-27T12:00:00Z");
  EXPECT_EQ(watch.look(start, 5s), 0s);
  EXPECT_EQ(watch.look(start + 10s, 15s), 0s);
  EXPECT_FALSE(watch.in_doubt(15s));
  EXPECT_EQ(watch.look(start + 10h + 11s, 16s), 10h);
  EXPECT_TRUE(watch.in_doubt(16s));
  EXPECT_TRUE(watch.in_doubt(16s + ClockWatch::kDoubt - 1ns));
  EXPECT_FALSE(watch.in_doubt(16s + ClockWatch::kDoubt));
  EXPECT_EQ(watch.look(start + 12s, 17s), -10h);
}

}  // namespace
}  // namespace longshore::rotator
