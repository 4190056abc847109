#include "shipper/sources/read_pause.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

// A sender of `rate` bytes a second into a buffer of `buffer` bytes, read until it is drained, paused, and so on for a
// second.
struct Outcome {
  double taken = 0;  // bytes
  int wakeups = 0;
};
Outcome run(double rate, double buffer, std::size_t budget) {
  const ReadPause::Clock::time_point begin{};
  auto now = begin;
  ReadPause pause(budget, now);
  Outcome outcome;
  double held = 0;
  while (now - begin < 1s) {
    const auto left_alone = std::max<ReadPause::Clock::duration>(pause.drained(now), 100us);
    now += left_alone;
    held = std::min(buffer, held + rate * std::chrono::duration<double>(left_alone).count());
    pause.read(static_cast<std::size_t>(held));
    outcome.taken += held;
    held = 0;
    ++outcome.wakeups;
  }
  return outcome;
}

TEST(ReadPause, ASlowSenderWakesUsThirtyTimesASecond) {
  const Outcome outcome = run(5e6, 512 << 10, 256 << 10);
  EXPECT_NEAR(outcome.taken, 5e6, 2e5);
  EXPECT_LE(outcome.wakeups, 34);
}

TEST(ReadPause, NobodyIsHeldUpByAFullBuffer) {
  for (const double rate : {1e5, 1e6, 5e6, 2e7, 1e8, 1e9}) {
    const double buffer = 64 << 10;
    const double possible = std::min(rate, buffer / 100e-6);  // in the model a wake-up takes 100 µs
    EXPECT_GT(run(rate, buffer, 32 << 10).taken, 0.9 * possible) << rate;
  }
}

TEST(ReadPause, TwoPausesEndTogether) {
  const ReadPause::Clock::time_point begin{1h};
  ReadPause first(256 << 10, begin);
  ReadPause second(256 << 10, begin);
  first.read(100);
  second.read(50'000);
  const auto first_end = begin + 33ms + first.drained(begin + 33ms);
  const auto second_end = begin + 40ms + second.drained(begin + 40ms);
  EXPECT_EQ(first_end, second_end);
  EXPECT_EQ(first_end.time_since_epoch() % ReadPause::kLongest, 0s);
}

TEST(ReadPause, NothingReadIsNoPause) {
  ReadPause pause(1000, {});
  EXPECT_EQ(pause.drained(ReadPause::Clock::time_point{32s}), ReadPause::kNone);
  pause.read(1);
  EXPECT_EQ(pause.drained(ReadPause::Clock::time_point{64s}), ReadPause::kLongest);
}

}  // namespace
}  // namespace longshore::shipper
