#include "deployer/rollout/order.hpp"

#include <gmock/gmock.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A rollout r2 that an earlier run has left: app1 is done, app2 has a candidate, app3 was told to leave, app4 is untouched.
struct Fleet {
  Fleet() {
    const std::vector<std::vector<ContainerState>> containers{
        {container("web", "web", 2, "running", "r2"), container("web.prev.r2", "web", 1, "exited")},
        {container("web", "web", 1), container("web.next.r2", "web", 2, "created", "r2")},
        {container("web", "web", 1)},
        {container("web", "web", 1)}};
    for (std::size_t i = 0; i < containers.size(); ++i) {
      HostState& host = hosts.emplace_back(host_with(containers[i]));
      host.host = fmt::format("app{}", i + 1);
      host.servers = both(host.host, i == 2 ? Rotation::stopping : Rotation::in);
      targets[host.host] = {wanted("web", 2)};
      targets[host.host][0].seats = {{"shop", host.host}};
    }
    plan.waves = {{"app4"}, {"app2"}, {"app3"}};
  }
  std::vector<HostState> hosts;
  std::map<std::string, HostTarget> targets;
  Plan plan;
};

TEST(Order, WhoServesNobodyThenWhatWasBegunThenTheRest) {
  const Fleet fleet;
  const Order order = order_of_work(fleet.plan, fleet.hosts, fleet.targets, "r2", 2);
  EXPECT_THAT(order.waves, ElementsAre(ElementsAre("app3"), ElementsAre("app2", "app1"), ElementsAre("app4")));
  EXPECT_EQ(order.started, 1U) << "app1: what was only made does not count";
}

TEST(Order, ANewRolloutIsAsPlanned) {
  const Fleet fleet;
  const Order order = order_of_work(fleet.plan, fleet.hosts, fleet.targets, "r3", 1);
  EXPECT_THAT(order.waves, ElementsAre(ElementsAre("app3"), ElementsAre("app4"), ElementsAre("app2")));
  EXPECT_EQ(order.started, 0U);
  EXPECT_THAT(order_of_work({}, fleet.hosts, fleet.targets, "r3", 1).waves, IsEmpty());
}

TEST(Order, WhatHasFailedIsBegunAndNotStarted) {
  Fleet fleet;
  fleet.hosts[0].containers = {container("web", "web", 1), container("web.failed.r2", "web", 2, "exited", "r2")};
  EXPECT_TRUE(is_begun(fleet.hosts[0], "r2"));
  EXPECT_EQ(order_of_work(fleet.plan, fleet.hosts, fleet.targets, "r2", 1).started, 0U);
}

TEST(Order, OfReturnIsOfAllHosts) {
  const Fleet fleet;
  EXPECT_THAT(order_of_return(fleet.hosts, fleet.targets, "r2"), ElementsAre("app3", "app1", "app2", "app4"));
}

TEST(Order, WhatIsBegun) {
  EXPECT_TRUE(is_begun(host_with({container("web.next.r2", "web", 2, "created", "r2")}), "r2"));
  EXPECT_TRUE(is_begun(host_with({container("web.prev.r2", "web", 1, "exited", "r1")}), "r2")) << "retired by it";
  EXPECT_FALSE(is_begun(host_with({container("web", "web", 1)}), "r2"));
}

}  // namespace
}  // namespace longshore::deployer
