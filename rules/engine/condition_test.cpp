#include "rules/engine/condition.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "rules/engine/condition_twin.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using base::Timestamp;

constexpr Timestamp kBegin{1'795'405'332'000'000'000};

// Random matches, now and then out of order, and questions in between: both must agree at every moment. `grain`: times are
// multiples of it, so that a condition that counts in steps knows them exactly.
void compare_with_twin(const When& when, base::Duration grain, unsigned seed, std::uint64_t values = 8) {
  std::mt19937_64 random(seed);
  const std::unique_ptr<Condition> condition = make_condition(when);
  ConditionTwin twin(when);
  Timestamp newest = kBegin - base::Duration{kBegin.ns % grain.count()};
  Holding said;
  for (int i = 0; i < 1000; ++i) {
    const bool burst = i / 100 % 3 != 0;
    newest = newest + grain * static_cast<std::int64_t>(random() % (burst ? 4 : 40));
    if (random() % 4 == 0) {
      // A change that was not announced would be missed by whoever waits for `until`.
      const bool announced = newest >= said.until;
      const Holding now = condition->at(newest);
      ASSERT_EQ(now.holds, twin.holds(newest)) << "seed " << seed << " step " << i;
      if (!announced) {
        ASSERT_EQ(now.holds, said.holds) << "seed " << seed << " step " << i;
      }
      said = now;
      continue;
    }
    const Timestamp time = random() % 10 == 0 ? newest - grain * static_cast<std::int64_t>(random() % 5) : newest;
    const Match match{time, static_cast<std::uint8_t>(random() % 3 == 0), random() % values};
    twin.match(match);
    condition->match(match);
    said = condition->at(newest);
    ASSERT_EQ(said.holds, twin.holds(newest)) << "seed " << seed << " step " << i;
  }
}

TEST(Condition, CountAgreesWithItsTwin) {
  for (unsigned seed = 0; seed < 6; ++seed) compare_with_twin(CountWhen{.least = 1 + seed, .within = 10s}, 700ms, seed);
}

TEST(Condition, DistinctAgreesWithItsTwin) {
  for (unsigned seed = 0; seed < 6; ++seed)
    compare_with_twin(DistinctWhen{.field = {}, .least = 2 + seed % 5, .within = 12s}, 500ms, seed);
}

TEST(Condition, RatioAgreesWithItsTwin) {
  for (unsigned seed = 0; seed < 6; ++seed)
    compare_with_twin(RatioWhen{.of = {},
                                .comparison = seed % 2 == 0 ? Comparison::at_least : Comparison::less,
                                .share = 0.1 * (seed % 7),
                                .min_events = 1 + seed % 5,
                                .within = 120s},
                      1s, seed);
}

TEST(Condition, RateAgreesWithItsTwin) {
  for (unsigned seed = 0; seed < 6; ++seed)
    compare_with_twin(RateWhen{.comparison = seed % 2 == 0 ? Comparison::at_least : Comparison::less,
                               .factor = 0.5 + 0.5 * (seed % 5),
                               .min_events = 1 + seed % 5,
                               .within = 60s},
                      500ms, seed);
}

TEST(Condition, AbsentAgreesWithItsTwin) {
  for (unsigned seed = 0; seed < 6; ++seed)
    compare_with_twin(AbsentWhen{.after = 10s, .expected = {}, .forget = seed % 2 == 0 ? 0s : 25s}, 700ms, seed);
}

TEST(Condition, EveryMatchFulfilsACountOfOneWithoutATime) {
  const auto condition = make_condition(CountWhen{});
  EXPECT_EQ(condition->match({kBegin}), (Holding{true, kBegin}));
  EXPECT_EQ(condition->at(kBegin + 1ns), (Holding{}));
}

TEST(Condition, ACountHoldsUntilItsOldestNeededMatchLeavesTheWindow) {
  const auto condition = make_condition(CountWhen{.least = 3, .within = 10s});
  condition->match({kBegin});
  EXPECT_FALSE(condition->match({kBegin + 1s}).holds);
  EXPECT_EQ(condition->match({kBegin + 9s}), (Holding{true, kBegin + 10s}));
  EXPECT_TRUE(condition->at(kBegin + 10s - 1ns).holds);
  EXPECT_FALSE(condition->at(kBegin + 10s).holds);
}

TEST(Condition, WhatComesAfterItsWindowHasPassedCountsNoMore) {
  const auto condition = make_condition(CountWhen{.least = 2, .within = 10s});
  condition->match({kBegin + 20s});
  EXPECT_FALSE(condition->match({kBegin + 10s}).holds);  // exactly a window older
  EXPECT_TRUE(condition->match({kBegin + 10s + 1ns}).holds);
}

TEST(Condition, AHugeCountIsBoundedInMemoryAndAtMostAThousandthOff) {
  const auto condition = make_condition(CountWhen{.least = 50'000, .within = 1000s});
  Holding holding;
  for (int i = 0; i < 49'999; ++i) holding = condition->match({kBegin + i * 2ms});
  EXPECT_FALSE(holding.holds);
  holding = condition->match({kBegin + 100s});
  EXPECT_TRUE(holding.holds);
  EXPECT_NEAR(std::chrono::duration<double>(holding.until - kBegin).count(), 1000.0, 1.0);
  EXPECT_LT(condition->bytes(), 64U << 10);
}

TEST(Condition, AnAbsenceIsArmedByTheFirstMatch) {
  const auto condition = make_condition(AbsentWhen{.after = 10min, .expected = {}, .forget = {}});
  EXPECT_EQ(condition->at(kBegin), (Holding{}));
  EXPECT_EQ(condition->match({kBegin}), (Holding{false, kBegin + 10min}));
  EXPECT_TRUE(condition->at(kBegin + 10min).holds);
  EXPECT_FALSE(condition->match({kBegin + 11min}).holds);
}

// A sequence's steps from letters, capitals negated, and what happens: "a3" is step a after 3 s, "." a question after a
// second.
std::string run_sequence(const std::string& steps, const std::string& happens, base::Duration within) {
  SequenceWhen when{.steps = {}, .within = within};
  for (const char c : steps) when.steps.push_back({.query = {}, .negated = c >= 'A' && c <= 'Z'});
  const auto condition = make_condition(when);
  Timestamp now = kBegin;
  std::string fired;
  for (const char c : happens) {
    now = now + 1s;
    const bool holds =
        c == '.' ? condition->at(now).holds : condition->match({now, static_cast<std::uint8_t>(c - 'a')}).holds;
    fired += holds ? '!' : '-';
  }
  return fired;
}

TEST(Condition, ASequenceFiresWhenItsLastStepComesInTime) {
  EXPECT_EQ(run_sequence("abc", "abc", 10s), "--!");
  EXPECT_EQ(run_sequence("abc", "acb", 10s), "---") << "out of order";
  EXPECT_EQ(run_sequence("ab", "a...b", 3s), "-----") << "too late";
  EXPECT_EQ(run_sequence("ab", "a..ab", 3s), "----!") << "the first step starts anew";
  EXPECT_EQ(run_sequence("ab", "abab", 10s), "-!-!");
  EXPECT_EQ(run_sequence("ab", "b", 10s), "-");
}

TEST(Condition, ANegatedStepMustNotComeBetween) {
  EXPECT_EQ(run_sequence("aBc", "abc", 10s), "---");
  EXPECT_EQ(run_sequence("aBc", "ac", 10s), "-!");
  EXPECT_EQ(run_sequence("aBc", "abac", 10s), "---!");
}

TEST(Condition, ATrailingNegatedStepFiresWhenTheTimeIsOver) {
  EXPECT_EQ(run_sequence("aB", "a....", 3s), "---!-");
  EXPECT_EQ(run_sequence("aB", "ab...", 3s), "-----");
  EXPECT_EQ(run_sequence("aB", "a..a.", 3s), "---!-") << "also when the next event finds it out";
}

TEST(Condition, AFirstSeenValueFiresOnceUntilItIsForgotten) {
  const auto condition = make_condition(FirstSeenWhen{.field = {}, .remember = 1h});
  EXPECT_TRUE(condition->match({kBegin, 0, 1}).holds);
  EXPECT_FALSE(condition->match({kBegin + 30min, 0, 1}).holds);
  EXPECT_TRUE(condition->match({kBegin + 30min, 0, 2}).holds);
  EXPECT_FALSE(condition->match({kBegin + 80min, 0, 1}).holds) << "seen half an hour ago and again";
  EXPECT_TRUE(condition->match({kBegin + 200min, 0, 1}).holds);
}

TEST(Condition, ManyValuesAreBounded) {
  const auto condition = make_condition(FirstSeenWhen{.field = {}, .remember = 24h});
  for (std::uint64_t value = 0; value < 120'000; ++value) condition->match({kBegin + value * 1ms, 0, value});
  EXPECT_LT(condition->bytes(), 8U << 20);
  EXPECT_FALSE(condition->match({kBegin + 300s, 0, 119'999}).holds);
}

}  // namespace
}  // namespace longshore::rules
