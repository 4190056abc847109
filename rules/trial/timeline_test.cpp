#include "rules/trial/timeline.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace longshore::rules {
namespace {

TEST(Timeline, PeriodsGrowWithTheTimeAndNothingIsLost) {
  std::mt19937 random(1);
  for (const std::int64_t seconds : {1, 479, 480, 100'000, 400'000'000}) {
    Timeline timeline;
    std::vector<std::int64_t> times;
    for (int i = 0; i < 1000; ++i) times.push_back(static_cast<std::int64_t>(random()) % (seconds + 1));
    std::sort(times.begin(), times.end());
    times.front() = 0;
    for (const std::int64_t time : times) timeline.add({1'000'000'000 * time});
    EXPECT_EQ(std::accumulate(timeline.counts().begin(), timeline.counts().end(), 0ULL), 1000U);
    EXPECT_LE(timeline.counts().size(), Timeline::kMost);
    const auto half = timeline.period() * (timeline.counts().size() / 2);
    const auto first_half =
        std::count_if(times.begin(), times.end(), [&](auto t) { return std::chrono::seconds(t) < half; });
    EXPECT_EQ(std::accumulate(timeline.counts().begin(),
                              timeline.counts().begin() + static_cast<std::ptrdiff_t>(timeline.counts().size() / 2), 0LL),
              first_half);
  }
}

TEST(Timeline, WhatIsBeforeTheFirstCountsWithIt) {
  Timeline timeline;
  timeline.add({5'000'000'000});
  timeline.add({1});
  EXPECT_EQ(timeline.counts(), std::vector<std::uint64_t>{2});
}

}  // namespace
}  // namespace longshore::rules
