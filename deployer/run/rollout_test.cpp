#include "deployer/run/rollout.hpp"

#include <gmock/gmock.h>

#include "deployer/run/shop_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

std::map<std::string, std::string> ids_of_web(const World& world) {
  std::map<std::string, std::string> ids;
  for (const auto& [host, node] : world.nodes)
    for (const ContainerState& c : node.containers)
      if (c.name == "web") ids[host] = c.id + base::format_rfc3339(c.started_at);
  return ids;
}

TEST(Rollout, FirstDeploymentThenAnother) {
  for (const int hosts : {2, 3, 5}) {
    Shop shop(hosts);
    shop.open();
    EXPECT_EQ(shop.world.running("web"), shop.everywhere(1));
    const Summary summary = shop.run(shop.composition(2));
    EXPECT_EQ(summary.exit_code, kOk) << summary.outcome;
    EXPECT_EQ(shop.world.running("web"), shop.everywhere(2));
    EXPECT_EQ(shop.world.running("worker"), shop.everywhere(1)) << "what did not change is left alone";
    EXPECT_EQ(shop.world.failed_requests, 0);
    EXPECT_THAT(shop.world.violations, IsEmpty());
    EXPECT_EQ(shop.world.lowest_serving, static_cast<std::size_t>(hosts - 1));
    EXPECT_EQ(summary.lowest_serving, static_cast<std::size_t>(hosts - 1));
    EXPECT_FALSE(shop.holder()) << "the lock is gone";
    for (const auto& [name, node] : shop.world.nodes)
      for (const ContainerState& c : node.containers)
        if (c.name == "web" || c.name == "worker") {
          EXPECT_EQ(c.restart_policy, "unless-stopped");
        }
  }
}

TEST(Rollout, AFirstDeploymentThatFailsLeavesNothingBehind) {
  Shop shop(3);
  shop.world.behaviour[digest_of(1)] = Behaviour::never_healthy;
  const Summary summary = shop.run(shop.composition(1));
  EXPECT_EQ(summary.exit_code, kCanaryFailed) << summary.outcome;
  EXPECT_THAT(shop.world.running("web"), IsEmpty());
  EXPECT_FALSE(shop.holder());
  shop.world.behaviour.clear();
  EXPECT_EQ(shop.run(shop.composition(1)).exit_code, kOk);
}

TEST(Rollout, TheSecondTimeChangesNothing) {
  Shop shop(3);
  shop.open();
  ASSERT_EQ(shop.run(shop.composition(2)).exit_code, kOk);
  shop.world.never_kill();
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kOk);
  EXPECT_EQ(shop.world.changes, 0);
}

TEST(Rollout, ANodeOfAWaveMayBeLargerThanOne) {
  Shop shop(7);
  shop.environment.policy.wave = 3;
  shop.environment.policy.floor = 4;
  shop.open();
  const Summary summary = shop.run(shop.composition(2));
  EXPECT_EQ(summary.exit_code, kOk);
  EXPECT_EQ(shop.world.running("web"), shop.everywhere(2));
  EXPECT_GE(shop.world.lowest_serving, 4U);
  EXPECT_EQ(shop.world.failed_requests, 0);
}

TEST(Rollout, AnotherConfigurationIsAnotherContainer) {
  Shop shop(2);
  shop.open();
  shop.level = "debug";
  const Summary summary = shop.run(shop.composition(1));
  EXPECT_EQ(summary.exit_code, kOk);
  EXPECT_THAT(summary.nodes.front().change, HasSubstr("CONFIG environment.LEVEL"));
  EXPECT_EQ(shop.world.failed_requests, 0);
}

struct Bad {
  Behaviour behaviour;
  const char* said;
};

TEST(Rollout, AFirstHostThatFailsIsRolledBackAndTheOthersAreNotTouched) {
  for (const Bad& bad :
       {Bad{Behaviour::exits, "exit code 3"}, Bad{Behaviour::never_healthy, "health check fails"},
        Bad{Behaviour::dies_later, "exited"}, Bad{Behaviour::answers_500_later, "5xx"}, Bad{Behaviour::logs_error, "FATAL"},
        Bad{Behaviour::fires_alert, "rule oom has fired"}, Bad{Behaviour::runs_out_of_memory, "want of memory"}}) {
    Shop shop(3);
    shop.open();
    shop.world.behaviour[digest_of(2)] = bad.behaviour;
    const auto before = ids_of_web(shop.world);
    const Summary summary = shop.run(shop.composition(2));
    EXPECT_EQ(summary.exit_code, kCanaryFailed) << bad.said << ": " << summary.outcome;
    EXPECT_TRUE(shop.told.has(bad.said)) << bad.said;
    EXPECT_EQ(shop.world.running("web"), shop.everywhere(1)) << bad.said;
    auto after = ids_of_web(shop.world);
    int changed = 0;
    for (const auto& [host, id] : before) changed += after[host] == id ? 0 : 1;
    EXPECT_EQ(changed, 1) << bad.said;
    EXPECT_THAT(shop.world.violations, IsEmpty());
    EXPECT_GE(shop.world.lowest_serving, 2U);
    EXPECT_FALSE(shop.holder());
    shop.world.advance(2s);
    for (const auto& [name, node] : shop.world.nodes) EXPECT_THAT(node.rotation, testing::Each(Rotation::in)) << name;
    shop.world.never_kill();
    EXPECT_EQ(shop.run(shop.composition(1)).exit_code, kOk);
    EXPECT_EQ(shop.world.changes, 0) << "all is as before";
  }
}

TEST(Rollout, ALaterHostThatFailsStopsOrRollsAllBack) {
  for (const OnFailure what : {OnFailure::stop, OnFailure::rollback}) {
    Shop shop(4);
    shop.open();
    shop.environment.policy.on_failure = what;
    shop.world.behaviour[digest_of(2)] = Behaviour::never_healthy;
    shop.world.bad_only_on[digest_of(2)] = "app3";
    const Summary summary = shop.run(shop.composition(2));
    EXPECT_EQ(summary.exit_code, what == OnFailure::stop ? kStopped : kAllRolledBack) << summary.outcome;
    if (what == OnFailure::rollback) {
      EXPECT_EQ(shop.world.running("web"), shop.everywhere(1));
    }
    if (what == OnFailure::stop) {
      EXPECT_THAT(shop.world.running("web"), ElementsAre("app1=" + digest_of(2), "app2=" + digest_of(2),
                                                         "app3=" + digest_of(1), "app4=" + digest_of(1)));
      ASSERT_TRUE(shop.holder()) << "it is unfinished";
      EXPECT_THAT(summary.next_command, HasSubstr("resume"));
      shop.world.behaviour.clear();
      EXPECT_EQ(shop.run(shop.composition(2), "resume", shop.holder()).exit_code, kOk);
      EXPECT_EQ(shop.world.running("web"), shop.everywhere(2));
    }
    EXPECT_EQ(shop.world.failed_requests, 0);
    EXPECT_THAT(shop.world.violations, IsEmpty());
  }
}

TEST(Rollout, WithinTheBudgetItGoesOn) {
  Shop shop(4);
  shop.open();
  shop.environment.policy.failure_budget = 1;
  shop.world.behaviour[digest_of(2)] = Behaviour::exits;
  shop.world.bad_only_on[digest_of(2)] = "app3";
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kPartly);
  EXPECT_THAT(shop.world.running("web"),
              ElementsAre("app1=" + digest_of(2), "app2=" + digest_of(2), "app3=" + digest_of(1), "app4=" + digest_of(2)));
}

TEST(Rollout, RefusesBeforeAnythingIsTouched) {
  Shop shop(3);
  shop.open();
  const auto refused = [&](std::string_view said) {
    shop.world.never_kill();
    const auto before = ids_of_web(shop.world);
    const Summary summary = shop.run(shop.composition(2));
    EXPECT_EQ(summary.exit_code, kRefused) << summary.outcome;
    EXPECT_THAT(summary.outcome, HasSubstr(said));
    EXPECT_EQ(ids_of_web(shop.world), before);
    EXPECT_FALSE(shop.holder());
  };
  shop.world.registry.erase(digest_of(2));
  refused("the registry has no");
  shop.world.registry.insert(digest_of(2));
  shop.world.dead_balancers.insert("lb2");
  refused("lb2 does not answer");
  shop.world.dead_balancers.clear();
  shop.environment.policy.min_disk = base::Bytes{2ULL << 30};
  refused("policy.min_disk");
  shop.environment.policy.min_disk = base::Bytes{};
  shop.environment.policy.floor = 3;
  refused("nothing can be replaced");
  shop.environment.policy.floor = 1;
  shop.world.nodes.at("app2").containers.push_back({.id = "alien",
                                                    .name = "worker-x",
                                                    .labels = {},
                                                    .status = "running",
                                                    .image = {},
                                                    .restart_policy = "no",
                                                    .started_at = {}});
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kOk) << "containers of others are nobody's business";
  for (ContainerState& c : shop.world.nodes.at("app2").containers)
    if (c.name == "worker") c.name = "worker-old", c.status = "exited";
  for (ContainerState& c : shop.world.nodes.at("app2").containers)
    if (c.id == "alien") c.name = "worker";
  const Summary summary = shop.run(shop.composition(3));
  EXPECT_EQ(summary.exit_code, kRefused);
  EXPECT_THAT(summary.outcome, HasSubstr("--adopt"));
  shop.adopt = true;
  EXPECT_EQ(shop.run(shop.composition(3)).exit_code, kOk);
}

TEST(Rollout, AHostThatIsOutOfReachRefusesIt) {
  Shop shop(3);
  shop.open();
  shop.world.nodes.at("app3").reachable = false;
  const Summary summary = shop.run(shop.composition(2));
  EXPECT_EQ(summary.exit_code, kRefused);
  EXPECT_THAT(summary.outcome, HasSubstr("app3 cannot be reached"));
}

TEST(Rollout, OneServerNeedsConsent) {
  Shop shop(1);
  shop.environment.policy.allow_downtime = true;
  shop.open();
  shop.environment.policy.allow_downtime = false;
  shop.environment.policy.floor = 1;
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kRefused);
  shop.environment.policy.allow_downtime = true;
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kOk);
  EXPECT_EQ(shop.world.failed_requests, 0) << "it had left before it was stopped";
}

TEST(Rollout, ANodeThatIsOutAlreadyGoesFirst) {
  Shop shop(2);
  shop.open();
  for (ContainerState& c : shop.world.nodes.at("app2").containers)
    if (c.name == "web") c.status = "exited";
  shop.world.advance(2s);
  shop.world.lowest_serving = SIZE_MAX;
  const Summary summary = shop.run(shop.composition(2));
  EXPECT_EQ(summary.exit_code, kOk) << summary.outcome;
  EXPECT_TRUE(shop.told.has("app2 goes first"));
  EXPECT_EQ(shop.world.lowest_serving, 1U) << "the only good one left when the other was back";
}

TEST(Rollout, AForgottenDrainIsUndone) {
  Shop shop(2);
  shop.open();
  shop.world.nodes.at("app1").drained = true;
  shop.world.advance(2s);
  const Summary summary = shop.run(shop.composition(1));
  EXPECT_EQ(summary.exit_code, kOk);
  EXPECT_THAT(summary.nodes.front().change, HasSubstr("UNDRAIN"));
  EXPECT_FALSE(shop.world.nodes.at("app1").drained);
}

TEST(Rollout, TwoAtOnceOnlyOneWorks) {
  Shop shop(3);
  shop.open();
  shop.world.kill_at(12, true);
  EXPECT_THROW(shop.run(shop.composition(2)), Killed);
  shop.world.never_kill();
  const Summary summary = shop.run(shop.composition(3));
  EXPECT_EQ(summary.exit_code, kLocked);
  EXPECT_THAT(summary.outcome, HasSubstr("me@here"));
  EXPECT_EQ(shop.holder()->rollout, "r002");
}

TEST(Rollout, ToldToStopItCanBeTakenUp) {
  Shop shop(3);
  shop.open();
  struct StopAtFirst final : Reporter {};
  shop.world.kill_at(0, false);
  shop.world.stop() = true;
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kInterrupted);
  EXPECT_FALSE(shop.holder()) << "nothing was touched";
  shop.world.stop() = false;
  EXPECT_EQ(shop.run(shop.composition(2)).exit_code, kOk);
}

}  // namespace
}  // namespace longshore::deployer
