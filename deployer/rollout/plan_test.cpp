#include "deployer/rollout/plan.hpp"

#include <gmock/gmock.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

// app1 … appN run version 1 of web and worker; version 2 of web is wanted.
struct Shop {
  explicit Shop(int count) {
    environment.name = "prod";
    environment.policy.bake = 30s;
    environment.policy.soak = 5s;
    target.environment = "prod";
    target.composition = "c_2";
    for (const char* balancer : {"lb1", "lb2"}) environment.balancers.emplace_back().name = balancer;
    for (int i = 1; i <= count; ++i) {
      HostState& host = hosts.emplace_back(host_with({container("web", "web", 1), container("worker", "worker", 1)}));
      host.host = fmt::format("app{}", i);
      host.servers = both(host.host, Rotation::in);
      HostTarget& wants = target.hosts[host.host] = {wanted("web", 2), wanted("worker", 1)};
      wants[0].seats = {{"shop", host.host}};
    }
    target.services["web"] = target.services["worker"] = {};
  }
  Plan plan() const { return make_plan(environment, target, hosts); }
  std::vector<std::string> against(bool adopt = false) const {
    return objections(environment, target, hosts, plan(), adopt);
  }
  void turn(std::size_t host, Rotation rotation) { hosts[host].servers = both(hosts[host].host, rotation); }

  Environment environment;
  Target target;
  std::vector<HostState> hosts;
};

TEST(Plan, OneFirstThenWaves) {
  Shop shop(6);
  shop.environment.policy.wave = 2;
  const Plan plan = shop.plan();
  EXPECT_THAT(plan.waves, ElementsAre(ElementsAre("app1"), ElementsAre("app2", "app3"), ElementsAre("app4", "app5"),
                                      ElementsAre("app6")));
  EXPECT_EQ(plan.expected, 4s + 30s + 3 * (4s + 5s));
  EXPECT_EQ(plan.lowest_serving, 4U);
  EXPECT_EQ(outline(plan),
            "c_2 to prod: first app1 (it has the fewest sessions), then app2 + app3; app4 + app5; app6; about 1m1s and "
            "pulling; at least 4 in rotation at any time");
  EXPECT_THAT(shop.against(), IsEmpty());
}

TEST(Plan, WhichGoesFirst) {
  const auto first = [](const Shop& shop) {
    const Plan plan = shop.plan();
    return plan.waves.front().front() + ": " + plan.first_because;
  };
  Shop shop(4);
  for (std::size_t i = 0; i < 4; ++i) shop.hosts[i].servers[0].sessions = 9 - i;
  EXPECT_EQ(first(shop), "app4: it has the fewest sessions");
  shop.hosts[1].containers[1].status = "exited";
  EXPECT_EQ(first(shop), "app2: it does not work as it should");
  shop.turn(2, Rotation::out);
  EXPECT_EQ(first(shop), "app3: it is not in rotation");
}

TEST(Plan, HowManyServeAtTheLeast) {
  Shop shop(3);
  EXPECT_EQ(shop.plan().lowest_serving, 2U);
  shop.turn(0, Rotation::out);
  EXPECT_EQ(shop.plan().lowest_serving, 2U) << "it comes back before another leaves";
  shop.turn(1, Rotation::out);
  EXPECT_EQ(shop.plan().lowest_serving, 1U) << "as now";
  shop.turn(2, Rotation::out);
  EXPECT_EQ(shop.plan().lowest_serving, 0U);
}

TEST(Plan, HostsThatAreRightAreInNoWave) {
  Shop shop(3);
  shop.hosts[0].containers[0] = container("web", "web", 2);
  EXPECT_THAT(shop.plan().waves, ElementsAre(ElementsAre("app2"), ElementsAre("app3")));
  for (HostState& host : shop.hosts) host.containers[0] = container("web", "web", 2);
  shop.hosts[1].containers.push_back(container("old", "old", 1));
  shop.hosts[1].containers.back().labels[label::kEnvironment] = "prod";
  const Plan plan = shop.plan();
  EXPECT_TRUE(plan.empty()) << "an orphan is shown, and left";
  EXPECT_EQ(outline(plan), "prod runs c_2: nothing to do");
  EXPECT_EQ(plan.changes.size(), 7U);
}

TEST(Plan, ObjectsToWhatWouldBreakItsRules) {
  Shop shop(2);
  shop.environment.policy.floor = 2;
  EXPECT_THAT(shop.against(), ElementsAre(HasSubstr("lb1: shop has 2 servers, and 2 must stay in rotation"),
                                          HasSubstr("lb2: shop has 2 servers")));
  shop.environment.policy.allow_downtime = true;
  EXPECT_THAT(shop.against(), IsEmpty());
  shop.environment.policy.allow_downtime = false;
  for (HostState& host : shop.hosts) host.containers[0] = container("web", "web", 2);
  EXPECT_THAT(shop.against(), IsEmpty()) << "nothing of that backend is replaced";
  shop.hosts[0].containers[1] = container("worker", "worker", 3);
  EXPECT_THAT(shop.against(), IsEmpty()) << "the worker is behind no balancer";
}

TEST(Plan, ObjectsToServersThatNoBalancerNames) {
  Shop shop(2);
  shop.hosts[1].servers.pop_back();
  EXPECT_THAT(shop.against(), ElementsAre("lb2: has no server app2 in a backend shop; see the placement of web",
                                          HasSubstr("lb2: shop has 1 server, and 1 must stay")));
}

TEST(Plan, ObjectsToContainersOfOthersUnlessTheyMayBeReplaced) {
  Shop shop(2);
  shop.hosts[1].containers[1] = foreign("worker");
  EXPECT_THAT(shop.against(), ElementsAre("app2: worker is a container that deployer did not make (nginx:1); remove it, or "
                                          "replace it with --adopt"));
  EXPECT_THAT(shop.against(true), IsEmpty());
}

TEST(Plan, PrintedForPeopleAndForApply) {
  Shop shop(2);
  Plan plan = shop.plan();
  plan.warnings = {"web is placed nowhere"};
  EXPECT_EQ(print_plan(plan),
            "host  component  change\n"
            "app1  web        UPDATE v1 → v2\n"
            "app1  worker     NOOP\n"
            "app2  web        UPDATE v1 → v2\n"
            "app2  worker     NOOP\n"
            "warning: web is placed nowhere\n\n"
            "c_2 to prod: first app1 (it has the fewest sessions), then app2; about 43s and pulling; at least 1 in rotation "
            "at any time\n");
  const std::string json = plan_json(plan, "web x:1@sha256:…\n");
  EXPECT_THAT(json, HasSubstr(R"("environment":"prod","composition":"c_2")"));
  EXPECT_THAT(json, HasSubstr(R"({"host":"app1","component":"web","change":"UPDATE","from":"v1","to":"v2","keys":[]})"));
  EXPECT_THAT(json, HasSubstr(R"("waves":[["app1"],["app2"]],"expected_seconds":43,"lowest_serving":1)"));
  EXPECT_THAT(json, HasSubstr(R"("lock":"web x:1@sha256:…\u000a"})"));
  EXPECT_THAT(json, HasSubstr("\"seen\":\"" + fingerprint(shop.hosts) + '"'));
}

}  // namespace
}  // namespace longshore::deployer
