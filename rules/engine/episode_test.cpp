#include "rules/engine/episode.hpp"

#include <gtest/gtest.h>

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using base::Timestamp;
using Step = Episode::Step;

constexpr Timestamp kBegin{1'795'405'332'000'000'000};
constexpr Timestamp at(base::Duration after) { return kBegin + after; }

TEST(Episode, AMomentaryConditionOpensAtOnceAndClosesAfterItsQuietTime) {
  const EpisodeRules rules{.keep = 15min, .notify_every = 1h};
  Episode episode;
  EXPECT_EQ(episode.matched({true, at(0s)}, 1, at(0s), rules), Step::open);
  EXPECT_EQ(episode.due({}, rules), at(15min));
  EXPECT_EQ(episode.told({}, at(15min) - base::Duration(1), rules), Step::none);
  EXPECT_EQ(episode.told({}, at(15min), rules), Step::close);
  EXPECT_TRUE(episode.quiet());
}

TEST(Episode, MoreOfTheSamePutsTheEndOffAndIsCounted) {
  const EpisodeRules rules{.keep = 15min, .notify_every = 1h};
  Episode episode;
  episode.matched({true, at(0s)}, 1, at(0s), rules);
  EXPECT_EQ(episode.matched({true, at(10min)}, 1, at(10min), rules), Step::none);
  EXPECT_EQ(episode.count(), 2U);
  EXPECT_EQ(episode.told({}, at(15min), rules), Step::none);
  EXPECT_EQ(episode.due({}, rules), at(25min));
  EXPECT_EQ(episode.told({}, at(25min), rules), Step::close);
}

TEST(Episode, ARepeatIsSaidAtMostSoOften) {
  const EpisodeRules rules{.keep = 1h, .notify_every = 10min};
  Episode episode;
  int repeats = 0;
  for (int minute = 0; minute <= 60; ++minute)
    repeats += episode.matched({true, at(minute * 1min)}, 1, at(minute * 1min), rules) == Step::repeat ? 1 : 0;
  EXPECT_EQ(repeats, 6);
  EXPECT_EQ(episode.count(), 61U);
}

TEST(Episode, AConditionMustHoldForItsTimeBeforeTheAlertOpens) {
  const EpisodeRules rules{.hold_for = 5min, .keep = 0s, .notify_every = 1h};
  Episode episode;
  const Holding holds{true, at(8min)};
  EXPECT_EQ(episode.matched(holds, 1, at(0s), rules), Step::none);
  EXPECT_EQ(episode.due(holds, rules), at(5min));
  EXPECT_EQ(episode.told(holds, at(5min), rules), Step::open);
  EXPECT_EQ(episode.due(holds, rules), at(8min));
  EXPECT_EQ(episode.told({}, at(8min), rules), Step::close);
}

TEST(Episode, AConditionThatCeasesTooEarlyOpensNothing) {
  const EpisodeRules rules{.hold_for = 5min, .keep = 1min, .notify_every = 1h};
  Episode episode;
  episode.matched({true, at(2min)}, 1, at(0s), rules);
  EXPECT_EQ(episode.told({}, at(2min), rules), Step::none);
  EXPECT_TRUE(episode.quiet());
  EXPECT_EQ(episode.matched({true, at(12min)}, 1, at(10min), rules), Step::none) << "the time begins anew";
  EXPECT_EQ(episode.due({true, at(20min)}, rules), at(15min));
}

TEST(Episode, TheQuietTimeCountsFromWhenTheConditionCeasedNotFromWhenSomebodyAsked) {
  const EpisodeRules rules{.keep = 10min, .notify_every = 1h};
  Episode episode;
  episode.matched({true, at(5min)}, 1, at(0s), rules);
  EXPECT_EQ(episode.told({}, at(9min), rules), Step::none);
  EXPECT_EQ(episode.due({}, rules), at(15min));
}

TEST(Episode, AnAllClearClosesAtOnceAndOnlyWhatIsOpen) {
  const EpisodeRules rules{.keep = 1h, .notify_every = 1h};
  Episode episode;
  EXPECT_EQ(episode.cleared(), Step::none);
  episode.matched({true, at(0s)}, 1, at(0s), rules);
  EXPECT_EQ(episode.cleared(), Step::close);
  EXPECT_EQ(episode.matched({true, at(1s)}, 1, at(1s), rules), Step::open) << "a new episode";
  EXPECT_EQ(episode.count(), 1U);
}

}  // namespace
}  // namespace longshore::rules
