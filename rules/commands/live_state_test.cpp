#include "rules/commands/live_state.hpp"

#include <gtest/gtest.h>

namespace longshore::rules {
namespace {

TEST(LiveState, IsReadFromWhatShipperServes) {
  const auto state = read_live_state(
      R"({"rules":[{"rule":"oom","matches":3,"groups":2,"open":1,"muted":"a.yaml","last_match":"2026-11-23T03:42:12Z"}]})",
      R"({"alerts":[{"rule":"oom","alias":"oom|h","open":true,"count":3,"message":"m"},{"rule":"x","note":"quiet for 3s"}],)"
      R"("alert_sinks":[{"name":"pager","state":"held","waiting":2,"last_error":"401"}],"rules":{"problems":"r.yaml:1:1: no"}})");
  ASSERT_TRUE(state) << state.error().message;
  ASSERT_EQ(state->rules.size(), 1U);
  EXPECT_EQ(state->rules[0].groups, 2U);
  EXPECT_EQ(state->rules[0].muted, "a.yaml");
  ASSERT_EQ(state->alerts.size(), 2U);
  EXPECT_TRUE(state->alerts[0].open);
  EXPECT_EQ(state->alerts[1].note, "quiet for 3s");
  ASSERT_EQ(state->sinks.size(), 1U);
  EXPECT_EQ(state->sinks[0].waiting, 2U);
  EXPECT_EQ(state->problems, "r.yaml:1:1: no");
}

TEST(LiveState, WhatIsMissingKeepsItsDefaultAndWhatIsNoJsonIsRefused) {
  const auto state = read_live_state(R"({"rules":[{"rule":7}],"new":1})", "{}");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->rules.at(0).rule, "");
  EXPECT_EQ(read_live_state("<html>", "{}").error().code, base::Code::invalid);
  EXPECT_EQ(read_live_state("{}", "").error().code, base::Code::invalid);
}

}  // namespace
}  // namespace longshore::rules
