#include "deployer/report/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

TEST(Timeline, ANodesPhasesFollowEachOtherWithoutItsWaits) {
  const Record record = sample_record();
  std::string text;
  for (const Stretch& stretch : stretches(record, record.summary.nodes[0]))
    text += std::string(to_text(stretch.phase)) + " " + std::to_string((stretch.from - at(0)).count() / 1'000'000) + "-" +
            std::to_string((stretch.until - at(0)).count() / 1'000'000) + "\n";
  EXPECT_EQ(text,
            "pulling 500-3000\ndraining 3500-5000\nstopping 5000-6000\nstarting 6000-7000\nprobing 7000-9000\n"
            "entering 9000-10000\nwatching 10000-20000\ndone 20000-20000\n");
}

TEST(Timeline, WhatFailedIsABarUntilItIsUndone) {
  const Record record = sample_record();
  const auto way = stretches(record, record.summary.nodes[1]);
  ASSERT_EQ(way.size(), 6U);
  EXPECT_EQ(way[3].phase, Phase::failed);
  EXPECT_EQ(way[3].until, at(23.5));
  EXPECT_EQ(way[5].phase, Phase::undone);
  EXPECT_EQ(way[5].from, way[5].until);
}

TEST(Timeline, WhatWasUnderWayAtTheEndLastsUntilThere) {
  Record record = sample_record();
  record.events.resize(8);  // web1 drains
  const auto way = stretches(record, record.summary.nodes[0]);
  ASSERT_EQ(way.size(), 2U);
  EXPECT_EQ(way[1].phase, Phase::draining);
  EXPECT_EQ(way[1].until, at(27));
}

TEST(Timeline, IsEmptyWhereNothingHappened) {
  Record record = sample_record();
  record.events.clear();
  EXPECT_EQ(render_timeline(record), "");
}

TEST(Timeline, NamesEachNodeOnceAndEachPhaseThatOccurs) {
  const std::string svg = render_timeline(sample_record());
  for (const char* text : {">web @ web1<", ">web @ web2<", ">web @ web3<", ">draining 1.5s<", ">undone<", ">watching<"})
    EXPECT_THAT(svg, testing::HasSubstr(text));
  EXPECT_THAT(svg, testing::Not(testing::HasSubstr("style"))) << "a policy may forbid styles";
}

}  // namespace
}  // namespace longshore::deployer
