#include "deployer/rollout/gate.hpp"

#include <gmock/gmock.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::uint64_t kThen = 1000;  // requests that each server had answered when the node came back

ServerState counted(const std::string& name, std::uint64_t requests, std::uint64_t errors = 0) {
  ServerState one = server("lb1", name, Rotation::in);
  one.requests = requests;
  one.errors_5xx = errors;
  one.latency = 10ms;
  return one;
}

// app1 is watched, app2 and app3 are the others.
Observation usual() {
  return {.containers = {container("web", "web", 2)},
          .fleet = {counted("app1", kThen), counted("app2", kThen), counted("app3", kThen)},
          .alerts = {},
          .log_matches = {}};
}
Observation later() {
  Observation now = usual();
  for (ServerState& one : now.fleet) one.requests += 100;
  return now;
}

struct Gated {
  Gates gates{.log_pattern = "^FATAL", .shipper = "http://127.0.0.1:8514", .ignore_rules = {"noisy"}};
  Observation before = usual();

  std::vector<Reading> read(const Observation& now) const { return Watch(gates, {{"shop", "app1"}}, before).read(now); }
  // Why it stops; empty if all pass.
  std::string why(const Observation& now) const {
    for (const Reading& one : read(now)) {
      EXPECT_EQ(one.result.passed, one.why.empty());
      if (!one.why.empty()) return one.why;
    }
    return {};
  }
};

TEST(Gate, EachIsReadAndShown) {
  Gated gated;
  gated.gates.max_latency_ratio = 3;
  std::vector<std::string> shown;
  for (const Reading& one : gated.read(later()))
    shown.push_back(one.result.name + ": " + one.result.value + " | " + one.result.limit);
  EXPECT_THAT(shown, ElementsAre("web: running | running", "restarts of web: 0 | 0", "log pattern: 0 lines | 0",
                                 "alerts of shipper: 0 new | 0", "lb1 rotation: UP | in", "lb1 5xx: 0 of 100 | 0",
                                 "lb1 connections failed: 0 | 0", "lb1 latency: 10.0 ms | 3 x 10.0 ms"));
  EXPECT_EQ(gated.why(later()), "");
}

TEST(Gate, OfTheContainer) {
  const Gated gated;
  const auto why = [&](void (*change)(ContainerState&)) {
    Observation now = later();
    change(now.containers[0]);
    return gated.why(now);
  };
  EXPECT_EQ(why([](ContainerState& c) { c.oom_killed = true; }), "web was killed for want of memory");
  EXPECT_EQ(why([](ContainerState& c) { c.status = "exited", c.exit_code = 3; }), "web is exited (exit code 3)");
  EXPECT_EQ(why([](ContainerState& c) { c.health = Health::unhealthy; }), "web has become unhealthy");
  EXPECT_EQ(why([](ContainerState& c) { c.restarts = 1; }), "web has been restarted 1 times by Docker");
}

TEST(Gate, RestartsFromBeforeAreNotCounted) {
  Gated gated;
  gated.before.containers[0].restarts = 5;
  gated.gates.max_restarts = 1;
  Observation now = later();
  now.containers[0].restarts = 6;
  EXPECT_EQ(gated.why(now), "");
  now.containers[0].restarts = 7;
  EXPECT_THAT(gated.why(now), HasSubstr("2 times"));
}

TEST(Gate, OfItsLog) {
  Gated gated;
  Observation now = later();
  now.log_matches = {"FATAL no database", "FATAL again"};
  EXPECT_EQ(gated.why(now), "its log has a line that matches ^FATAL: FATAL no database");
  gated.gates.log_pattern.clear();
  EXPECT_EQ(gated.why(now), "") << "not asked for";
}

TEST(Gate, OfErrorsCountedByTheBalancer) {
  Gated gated;
  const auto why = [&](std::uint64_t errors, std::uint64_t others = 0) {
    Observation now = later();
    now.fleet[0].errors_5xx += errors;
    now.fleet[1].errors_5xx += others;
    return gated.why(now);
  };
  EXPECT_EQ(why(1), "lb1: 1 of 100 answers with 5xx since it is back (allowed: 0; the others: 0.00 %)");
  EXPECT_EQ(why(1, 4), "") << "the others do no better";
  EXPECT_THAT(why(3, 4), HasSubstr("the others: 2.00 %"));
  gated.gates.max_5xx = 3;
  EXPECT_EQ(why(3), "");
  EXPECT_THAT(why(4), HasSubstr("allowed: 3"));
  gated.gates.max_5xx_ratio = 0.05;
  EXPECT_EQ(why(5), "") << "above the number, within the share";
  EXPECT_NE(why(6), "");
}

TEST(Gate, ErrorsOfTheOldVersionAreNotTheNewOnes) {
  Gated gated;
  gated.before.fleet[0].errors_5xx = 50;
  Observation now = later();
  now.fleet[0].errors_5xx = 50;
  EXPECT_EQ(gated.why(now), "");
}

TEST(Gate, ABalancerThatWasReloadedCountsFromZero) {
  Gated gated;
  gated.before.fleet[0].errors_5xx = 50;
  Observation now = usual();
  for (ServerState& one : now.fleet) one.requests = 40, one.errors_5xx = 0;
  EXPECT_EQ(gated.why(now), "");
  now.fleet[0].errors_5xx = 2;
  EXPECT_THAT(gated.why(now), HasSubstr("2 of 40 answers"));
}

TEST(Gate, OfConnectionsThatFail) {
  Observation now = later();
  now.fleet[0].failed = 1;
  EXPECT_EQ(Gated().why(now), "lb1: 1 connections to it or answers of it failed since it is back");
}

TEST(Gate, OfRotation) {
  Observation now = later();
  now.fleet[0].rotation = Rotation::checking;
  EXPECT_EQ(Gated().why(now), "") << "one check that failed is not out yet";
  now.fleet[0] = server("lb1", "app1", Rotation::out);
  EXPECT_EQ(Gated().why(now), "lb1 has taken it out of rotation again (DOWN)");
  now = later();
  now.fleet[1] = server("lb1", "app2", Rotation::out);
  EXPECT_EQ(Gated().why(now), "") << "another is";
}

TEST(Gate, OfLatencyBesideTheOthers) {
  Gated gated;
  gated.gates.max_latency_ratio = 2;
  Observation now = later();
  now.fleet[0].latency = 20ms;
  EXPECT_EQ(gated.why(now), "");
  now.fleet[0].latency = 21ms;
  EXPECT_EQ(gated.why(now), "lb1: it answers in 21.0 ms, the others in 10.0 ms (allowed: 2 times)");
  now.fleet[0].requests = kThen + 19;
  EXPECT_EQ(gated.why(now), "") << "too few requests to tell";
  now = later();
  now.fleet[0].latency = 1s;
  now.fleet.resize(1);
  EXPECT_EQ(gated.why(now), "") << "nobody to compare with";
}

TEST(Gate, OfAlertsThatAreNew) {
  Gated gated;
  gated.before.alerts = {{.rule = "disk", .alias = "a", .at = "t1", .message = "", .open = true},
                         {.rule = "oom", .alias = "b", .at = "t1", .message = "", .open = false}};
  const auto why = [&](SeenAlert alert) {
    Observation now = later();
    now.alerts = {std::move(alert)};
    return gated.why(now);
  };
  EXPECT_EQ(why({.rule = "oom", .alias = "c", .at = "t2", .message = "killed 42", .open = true}),
            "the rule oom has fired on its host: killed 42");
  EXPECT_THAT(why({.rule = "oom", .alias = "c", .at = "t2", .message = "", .open = false}), HasSubstr("oom"))
      << "it has opened and ended between two looks";
  EXPECT_EQ(why({.rule = "disk", .alias = "a", .at = "t2", .message = "", .open = true}), "") << "open before";
  EXPECT_EQ(why({.rule = "oom", .alias = "b", .at = "t1", .message = "", .open = false}), "") << "ended before";
  EXPECT_THAT(why({.rule = "oom", .alias = "b", .at = "t2", .message = "", .open = true}), HasSubstr("oom")) << "once more";
  EXPECT_EQ(why({.rule = "noisy", .alias = "d", .at = "t2", .message = "", .open = true}), "");
  gated.gates.shipper.clear();
  EXPECT_EQ(why({.rule = "oom", .alias = "c", .at = "t2", .message = "", .open = true}), "");
}

}  // namespace
}  // namespace longshore::deployer
