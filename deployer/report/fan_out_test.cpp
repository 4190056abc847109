#include "deployer/report/fan_out.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

struct Seen {
  Heading heading;
  std::vector<Event> events;
  std::vector<Summary> summaries;
  std::atomic<int> ticks = 0, inside = 0;
  bool overlapped = false;
};

class Recorder final : public Reporter {
 public:
  explicit Recorder(Seen& seen) : seen_(seen) {}
  void begin(const Heading& heading, const std::vector<NodePlan>&) override { seen_.heading = heading; }
  void on(const Event& event) override {
    if (++seen_.inside != 1) seen_.overlapped = true;
    seen_.events.push_back(event);
    --seen_.inside;
  }
  void tick(base::Timestamp) override { ++seen_.ticks; }
  void finish(const Summary& summary) override { seen_.summaries.push_back(summary); }

 private:
  Seen& seen_;
};

std::vector<std::unique_ptr<Reporter>> recorders(Seen& seen) {
  std::vector<std::unique_ptr<Reporter>> out;
  out.push_back(std::make_unique<Recorder>(seen));
  return out;
}

TEST(FanOut, StampsAndRedactsWhatItHandsOn) {
  Seen seen;
  const base::ManualClock clock(at(5));
  FanOut fan_out(clock, Redactor({"hunter2000"}), recorders(seen), {});
  fan_out.begin(sample_heading(), sample_plan());
  Event event;
  event.text = "logs in with hunter2000";
  fan_out.on(event);
  fan_out.finish(sample_summary());
  ASSERT_EQ(seen.events.size(), 1U);
  EXPECT_EQ(seen.events[0].at, at(5));
  EXPECT_EQ(seen.events[0].text, "logs in with [secret]");
  ASSERT_EQ(seen.summaries.size(), 1U);
  EXPECT_EQ(seen.summaries[0].exit_code, 21);
}

TEST(FanOut, ManyThreadsAreSerialisedAndTicksComeInBetween) {
  Seen seen;
  const base::SystemClock clock;
  FanOut fan_out(clock, {}, recorders(seen), std::chrono::milliseconds(1));
  fan_out.begin(sample_heading(), sample_plan());
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 500; ++n) fan_out.on({});
      });
  }
  while (seen.ticks < 3) std::this_thread::yield();
  fan_out.finish({});
  const int ticks = seen.ticks;
  EXPECT_EQ(seen.events.size(), 4000U);
  EXPECT_FALSE(seen.overlapped);
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(seen.ticks, ticks) << "no tick after the end";
}

TEST(FanOut, ARunThatBreaksOffIsToldAsFailed) {
  Seen seen;
  const base::ManualClock clock(at(5));
  {
    FanOut fan_out(clock, {}, recorders(seen), {});
    fan_out.begin(sample_heading(), sample_plan());
  }
  ASSERT_EQ(seen.summaries.size(), 1U);
  EXPECT_EQ(seen.summaries[0].exit_code, 70);
  EXPECT_EQ(seen.summaries[0].next_command, "deployer resume --env prod");
  EXPECT_EQ(seen.summaries[0].nodes.size(), 4U);
  EXPECT_EQ(seen.summaries[0].ended, at(5));
}

}  // namespace
}  // namespace longshore::deployer
