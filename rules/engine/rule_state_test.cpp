#include "rules/engine/rule_state.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using base::Timestamp;

constexpr Timestamp kBegin{1'795'405'332'000'000'000};

// A rule, and what it told: "open a 3" is the alert of group a after three matches.
class Bench {
 public:
  explicit Bench(RuleSpec made) : spec(std::move(made)), state(spec) {}
  void match(const std::string& group, base::Duration at, std::uint64_t value = 0) {
    wait_until(at);
    state.matched(group, {kBegin + at, 0, value}, {.line = fmt::format("{} at {}", group, at.count()), .captures = {}},
                  event_muted, kBegin + at, out);
  }
  void clear(const std::string& group, base::Duration at) {
    wait_until(at);
    state.cleared(group, kBegin + at, out);
  }
  void mute(bool muted, base::Duration at) {
    wait_until(at);
    state.set_muted(muted, kBegin + at, out);
  }
  // Asks whenever the rule wants to be asked, and only then.
  void wait_until(base::Duration at) {
    while (state.due() <= kBegin + at) state.advance(state.due(), out);
  }
  std::vector<std::string> told() {
    static constexpr const char* kSteps[] = {"none", "open", "repeat", "close"};
    std::vector<std::string> texts;
    for (const Transition& t : std::exchange(out, {}))
      texts.push_back(fmt::format("{} {} {} {}", std::chrono::duration_cast<std::chrono::seconds>(t.at - kBegin).count(),
                                  kSteps[static_cast<int>(t.step)], t.roll_up ? "(roll-up)" : t.group, t.count));
    return texts;
  }

  RuleSpec spec;
  bool event_muted = false;
  RuleState state;
  RuleState::Out out;
};

using Told = std::vector<std::string>;

RuleSpec every_match() {
  RuleSpec spec;
  spec.keep = 10min;
  return spec;
}
RuleSpec counted(std::uint64_t least, base::Duration within) {
  RuleSpec spec = every_match();
  spec.when = CountWhen{.least = least, .within = within};
  return spec;
}

TEST(RuleState, AnAlertOpensCountsAndClosesAfterItsQuietTime) {
  Bench bench(every_match());
  bench.match("a", 0s);
  bench.match("a", 60s);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"0 open a 1", "660 close a 2"}));
  EXPECT_EQ(bench.state.open_alerts(), 0U);
}

TEST(RuleState, EachGroupHasAnAlertOfItsOwn) {
  Bench bench(counted(3, 1min));
  for (int i = 0; i < 3; ++i) {
    bench.match("a", i * 10s);
    bench.match("b", i * 40s);  // never three within a minute
  }
  EXPECT_EQ(bench.told(), (Told{"20 open a 3"}));
  EXPECT_EQ(bench.state.groups(), 2U);
}

TEST(RuleState, TheQuietTimeBeginsWhenTheWindowNoLongerHoldsEnough) {
  Bench bench(counted(2, 1min));
  bench.match("a", 0s);
  bench.match("a", 30s);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"30 open a 2", "660 close a 2"}));  // 0 s + a minute + ten minutes
}

TEST(RuleState, AnAllClearClosesAtOnceAndTheCountBeginsAnew) {
  Bench bench(counted(2, 1min));
  bench.match("a", 0s);
  bench.match("a", 1s);
  bench.clear("a", 2s);
  bench.match("a", 3s);
  EXPECT_EQ(bench.told(), (Told{"1 open a 2", "2 close a 2"}));
  bench.match("a", 4s);
  EXPECT_EQ(bench.told(), (Told{"4 open a 2"}));
}

TEST(RuleState, AnExpectedGroupThatNeverSpeaksIsMissed) {
  RuleSpec spec = every_match();
  spec.when = AbsentWhen{.after = 5min, .expected = {}, .forget = {}};
  Bench bench(spec);
  bench.state.expect("backup", kBegin);
  bench.wait_until(6min);
  EXPECT_EQ(bench.told(), (Told{"300 open backup 0"}));
  bench.match("backup", 7min);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{})) << "it is silent again before the alert's quiet time is over";
}

TEST(RuleState, AStormBecomesOneRollUpThatCountsEveryAlert) {
  RuleSpec spec = every_match();
  spec.max_open = 2;
  Bench bench(spec);
  for (int i = 0; i < 100; ++i) bench.match(fmt::format("g{:02}", i), i * 1s);
  EXPECT_EQ(bench.told(), (Told{"0 open g00 1", "1 open g01 1", "2 open (roll-up) 1"}));
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"600 close g00 1", "601 close g01 1", "699 close (roll-up) 98"}));
  EXPECT_EQ(bench.state.counters().rolled_up, 98U);
}

TEST(RuleState, TheHighestPriorityPassesTheLimit) {
  RuleSpec spec = every_match();
  spec.max_open = 2;
  spec.alert.priority = Priority::p1;
  Bench bench(spec);
  for (int i = 0; i < 10; ++i) bench.match(fmt::format("g{}", i), 0s);
  EXPECT_EQ(bench.state.open_alerts(), 10U);
}

TEST(RuleState, WhatOpensInAMuteIsToldAtItsEndIfItIsStillOpen) {
  Bench bench(every_match());
  bench.mute(true, 0s);
  bench.match("short", 1min);
  bench.match("long", 1min);
  bench.match("long", 9min);
  bench.mute(false, 15min);
  EXPECT_EQ(bench.told(), (Told{"900 open long 2"}));
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"1140 close long 2"}));
  EXPECT_EQ(bench.state.counters().held, 2U);
}

TEST(RuleState, AMuteOfSingleEventsHoldsWhatTheyOpen) {
  Bench bench(every_match());
  bench.event_muted = true;
  bench.match("a", 0s);
  bench.event_muted = false;
  bench.match("b", 1s);
  EXPECT_EQ(bench.told(), (std::vector<std::string>{"1 open b 1"}));
  bench.wait_until(60s);
  bench.state.lift_mutes(kBegin + 60s, bench.out);
  EXPECT_EQ(bench.told(), (std::vector<std::string>{"60 open a 1"}));
}

TEST(RuleState, AnAlertFromBeforeARestartGoesOnAndClosesAfterItsQuietTime) {
  Bench bench(every_match());
  bench.state.restore("a", 7, kBegin);
  bench.state.restore("b", 2, kBegin);
  bench.match("a", 5min);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (std::vector<std::string>{"600 close b 2", "900 close a 8"}));
  EXPECT_EQ(bench.state.open_alerts(), 0U);
}

TEST(RuleState, AnAllClearOfAllGroupsClosesThemAndSaysSo) {
  Bench bench(every_match());
  bench.match("a", 0s);
  bench.match("b", 0s);
  bench.state.cleared_all(kBegin + 1s, bench.out);
  EXPECT_TRUE(bench.out.back().cleared);
  EXPECT_EQ(bench.told().size(), 4U);
}

TEST(RuleState, ShrinksByWhatIsQuietOnly) {
  Bench bench(counted(2, 10min));
  bench.match("open", 0s);
  bench.match("open", 0s);
  for (int i = 0; i < 100; ++i) bench.match(fmt::format("quiet {}", i), 1s);
  bench.state.shrink(bench.state.bytes() / 2);
  EXPECT_LT(bench.state.groups(), 60U);
  bench.state.shrink(0);
  EXPECT_EQ(bench.state.groups(), 1U);
  EXPECT_EQ(bench.state.open_alerts(), 1U);
  EXPECT_EQ(bench.state.counters().evicted, 100U);
}

TEST(RuleState, AMuteLeavesNoOpenAlertBehind) {
  Bench bench(every_match());
  bench.match("a", 0s);
  bench.mute(true, 1min);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"0 open a 1", "600 close a 1"}));
}

TEST(RuleState, GroupsAreBoundedAndTheStalestGoesFirst) {
  RuleSpec spec = counted(2, 1h);
  spec.max_groups = 100;
  Bench bench(spec);
  bench.match("kept", 0s);
  for (int i = 0; i < 10'000; ++i) {
    bench.match(fmt::format("g{}", i), 1s);
    if (i % 50 == 0) bench.match("kept", 1s);
  }
  EXPECT_EQ(bench.state.groups(), 100U);
  EXPECT_EQ(bench.state.counters().evicted, 10'001U - 100U);
  EXPECT_LT(bench.state.bytes(), 100U << 10);
  EXPECT_EQ(bench.told(), (Told{"1 open kept 2"}));
}

TEST(RuleState, AnOpenAlertIsNeverForgotten) {
  RuleSpec spec = every_match();
  spec.max_groups = 3;
  Bench bench(spec);
  for (int i = 0; i < 5; ++i) bench.match(fmt::format("g{}", i), 0s);
  EXPECT_EQ(bench.state.counters().turned_away, 2U);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told().size(), 6U) << "three opened and closed";
}

TEST(RuleState, TheNewestLinesAreKeptForTheText) {
  RuleSpec spec = counted(5, 1min);
  spec.alert.samples = 2;
  Bench bench(spec);
  for (int i = 0; i < 5; ++i) bench.match("a", i * 1s);
  ASSERT_EQ(bench.out.size(), 1U);
  ASSERT_EQ(bench.out[0].recent.size(), 2U);
  EXPECT_EQ(bench.out[0].recent[1].line, "a at 4000000000");
}

// Whatever happens, each group's story is open, repeats, close, and so on; and all is closed in the end.
TEST(RuleState, EveryStoryIsWellFormed) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    RuleSpec spec = counted(1 + seed % 4, 1min);
    spec.open_for = seed % 3 * 20s;
    spec.max_open = 3;
    spec.max_groups = 6;
    spec.notify_every = 3min;
    Bench bench(spec);
    base::Duration at{};
    for (int i = 0; i < 2000; ++i) {
      at += std::chrono::milliseconds(random() % (i / 200 % 2 == 0 ? 5'000 : 120'000));
      const std::string group = fmt::format("g{}", random() % 8);
      if (random() % 20 == 0)
        bench.clear(group, at);
      else if (random() % 50 == 0)
        bench.mute(random() % 2 == 0, at);
      else
        bench.match(group, at);
    }
    bench.mute(false, at);
    bench.wait_until(at + 24h);
    std::map<std::string, bool> open;
    for (const Transition& t : bench.out) {
      bool& is_open = open[t.roll_up ? "(roll-up)" : t.group];
      ASSERT_EQ(is_open, t.step != Episode::Step::open) << "seed " << seed;
      is_open = t.step != Episode::Step::close;
    }
    for (const auto& [group, is_open] : open) EXPECT_FALSE(is_open) << group << " seed " << seed;
    EXPECT_EQ(bench.state.open_alerts(), 0U);
    EXPECT_EQ(bench.state.counters().opened, bench.state.counters().closed);
  }
}

}  // namespace
}  // namespace longshore::rules
