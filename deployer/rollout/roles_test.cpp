#include "deployer/rollout/roles.hpp"

#include <gtest/gtest.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

TEST(Roles, AreInTheName) {
  const std::vector<std::pair<const char*, Role>> names{
      {"web", Role::active},  {"web.next.r2", Role::next}, {"web.prev.r1-2", Role::prev}, {"web.failed.r2", Role::failed},
      {"web-1", Role::other}, {"webapp", Role::other},     {"worker", Role::other},       {"", Role::other}};
  for (const auto& [name, role] : names) EXPECT_EQ(role_of(container(name, "web", 1), "web"), role) << name;
}

TEST(Roles, ANameThatIsTakenGetsANumber) {
  const HostState host = host_with({container("web.prev.r2", "web", 1), container("web.prev.r2-2", "web", 1)});
  EXPECT_EQ(name_for(Role::prev, "web", "r2", host), "web.prev.r2-3");
  EXPECT_EQ(name_for(Role::failed, "web", "r2", host), "web.failed.r2");
}

TEST(Roles, WhatMatches) {
  const Wanted two = wanted("web", 2);
  EXPECT_TRUE(matches(container("web", "web", 2), two));
  EXPECT_TRUE(matches(container("web.prev.r1", "web", 2, "exited"), two)) << "a retired one can come back";
  EXPECT_FALSE(matches(container("web", "web", 1), two));
  EXPECT_FALSE(matches(container("web", "worker", 2), two));
  EXPECT_FALSE(matches(container("web.failed.r1", "web", 2, "exited"), two));
  EXPECT_FALSE(matches(container("web", "web", 2, "dead"), two));
  EXPECT_FALSE(matches(container("web", "web", 2), wanted("web", 2, "another spec")));
  Wanted none = two;
  none.present = false;
  EXPECT_FALSE(matches(container("web", "web", 2), none));
  Wanted very = wanted("web", 1);
  very.id = "id-web";
  EXPECT_TRUE(matches(foreign("web"), very)) << "this very one, whatever it is";
  EXPECT_FALSE(matches(container("web.prev.r1", "web", 1), very));
}

TEST(Roles, TheBestThatMatches) {
  const Wanted two = wanted("web", 2);
  const auto best = [&](std::vector<ContainerState> containers) {
    const HostState host = host_with(std::move(containers));
    const ContainerState* found = find_match(host, two);
    return found == nullptr ? "" : found->name;
  };
  const ContainerState prev = container("web.prev.r1", "web", 2, "exited"),
                       later = container("web.prev.r3", "web", 2, "exited");
  const ContainerState next = container("web.next.r2", "web", 2, "created");
  EXPECT_EQ(best({prev, next, container("web", "web", 2, "exited")}), "web") << "the active one";
  EXPECT_EQ(best({prev, next, container("x", "web", 2)}), "x") << "one that runs";
  EXPECT_EQ(best({prev, next}), "web.next.r2") << "a candidate";
  EXPECT_EQ(best({prev, later}), "web.prev.r3") << "the latest";
  EXPECT_EQ(best({container("web", "web", 1)}), "");
}

TEST(Roles, SeatsInEveryBalancer) {
  HostState host = host_with({});
  EXPECT_TRUE(all_in(host, {{"shop", "app1"}}));
  host.servers[1].rotation = Rotation::checking;
  EXPECT_FALSE(all_in(host, {{"shop", "app1"}}));
  EXPECT_EQ(seats_of(host, {{"shop", "app1"}}).size(), 2U);
  EXPECT_TRUE(all_in(host, {{"shop", "app2"}})) << "none of its own";
  EXPECT_TRUE(all_in(host, {}));
}

}  // namespace
}  // namespace longshore::deployer
