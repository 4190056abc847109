#include "common/io/gate.hpp"

#include <gtest/gtest.h>

namespace longshore::io {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kNow = 1000s;

Gate make() { return Gate(1s, 60s, 60s, 7); }

TEST(Gate, ThePauseDoublesUpToItsLimitAndIsJittered) {
  Gate gate = make();
  base::Duration now = kNow, full = 1s;
  gate.failed(now, {}, false);
  for (int i = 0; i < 12; ++i) {
    const base::Duration pause = gate.opens_at() - now;
    EXPECT_GE(pause, full / 2);
    EXPECT_LE(pause, full);
    EXPECT_FALSE(gate.enter(gate.opens_at() - 1ns));
    now = gate.opens_at();
    ASSERT_TRUE(gate.enter(now));
    gate.failed(now, {}, true);
    full = std::min<base::Duration>(2 * full, 60s);
  }
}

TEST(Gate, TwoHostsThatFailTogetherDoNotComeBackTogether) {
  Gate a(1s, 60s, 60s, 1), b(1s, 60s, 60s, 2);
  a.failed(kNow, {}, false);
  b.failed(kNow, {}, false);
  EXPECT_NE(a.opens_at(), b.opens_at());
}

TEST(Gate, RequestsThatFailTogetherCountAsOneFailure) {
  Gate gate = make();
  for (int i = 0; i < 4; ++i) gate.failed(kNow, {}, false);
  EXPECT_LE(gate.opens_at() - kNow, 1s);
}

TEST(Gate, OneProbeAtATimeUntilOneSucceeds) {
  Gate gate = make();
  gate.failed(kNow, {}, false);
  EXPECT_TRUE(gate.enter(kNow + 1s));
  EXPECT_FALSE(gate.enter(kNow + 1s));
  EXPECT_EQ(gate.opens_at(), base::Duration::max());
  gate.succeeded();
  EXPECT_TRUE(gate.enter(kNow + 1s));
  EXPECT_TRUE(gate.enter(kNow + 1s));
}

TEST(Gate, AProbeThatWasGivenUpLetsTheNextOneGo) {
  Gate gate = make();
  gate.failed(kNow, {}, false);
  EXPECT_TRUE(gate.enter(kNow + 1s));
  gate.gave_up(true);
  EXPECT_TRUE(gate.enter(kNow + 1s));
}

TEST(Gate, TheSinksOwnPauseIsHonoured) {
  Gate gate = make();
  gate.failed(kNow, 90s, false);
  EXPECT_EQ(gate.opens_at(), kNow + 90s);
}

TEST(Gate, AHeldSinkIsProbedSlowlyAndStaysHeldForLateFailures) {
  Gate gate = make();
  gate.held(kNow, {}, false);
  gate.failed(kNow, {}, false);
  EXPECT_EQ(gate.state(), Gate::State::held);
  EXPECT_EQ(gate.opens_at(), kNow + 60s);
}

}  // namespace
}  // namespace longshore::io
