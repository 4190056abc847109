#include "health/decision/check_state.hpp"

#include <gtest/gtest.h>

namespace longshore::health {
namespace {

// "+" passed, "-" failed, "?" could not be seen → the verdicts after each: "w"ell, "s"ick, "." unknown.
std::string verdicts(Damping damping, const std::string& looks, Verdict start = Verdict::unknown) {
  CheckState state(damping, start);
  std::string out;
  for (const char look : looks) {
    const Verdict before = state.verdict();
    const bool changed = state.saw({look == '+'   ? Found::passed
                                    : look == '-' ? Found::failed
                                                  : Found::unknown,
                                    std::string(1, look)});
    EXPECT_EQ(changed, state.verdict() != before);
    out += state.verdict() == Verdict::well ? 'w' : state.verdict() == Verdict::sick ? 's' : '.';
  }
  return out;
}

TEST(CheckState, NothingIsWellBeforeItHasPassed) {
  EXPECT_EQ(verdicts({1, 2}, "+"), "w");
  EXPECT_EQ(verdicts({2, 2}, "++"), ".w");
  EXPECT_EQ(verdicts({2, 2}, "+-+-++"), ".....w");
  EXPECT_EQ(verdicts({1, 2}, "--+"), ".sw");
  EXPECT_EQ(verdicts({1, 1}, "-"), "s");
}

TEST(CheckState, ItFallsAndRisesAfterSoManyInARow) {
  EXPECT_EQ(verdicts({2, 3}, "++---+++"), ".wwwssww");
  EXPECT_EQ(verdicts({1, 3}, "+--+--+---"), "wwwwwwwwws");
  EXPECT_EQ(verdicts({1, 2}, "--", Verdict::well), "ws");
}

TEST(CheckState, WhatCannotBeSeenChangesNothing) {
  EXPECT_EQ(verdicts({1, 2}, "???"), "...");
  EXPECT_EQ(verdicts({1, 2}, "+????"), "wwwww");
  EXPECT_EQ(verdicts({1, 2}, "+-?-"), "wwws");
}

TEST(CheckState, TellsWhyAndHowOften) {
  CheckState state({1, 2});
  state.saw({Found::failed, "refused"});
  state.saw({Found::passed});
  EXPECT_EQ(state.why(), "refused");
  EXPECT_EQ(state.passes(), 1U);
  EXPECT_EQ(state.failures(), 1U);
}

}  // namespace
}  // namespace longshore::health
