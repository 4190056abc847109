#include "deployer/rollout/guard.hpp"

#include <gtest/gtest.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

// One letter a server of lb1, app1 first: i in, s stopping, o out, c checking. app1 wants to leave.
std::vector<ServerState> fleet(const std::string& letters, const std::string& balancer = "lb1") {
  std::vector<ServerState> servers;
  for (std::size_t i = 0; i < letters.size(); ++i)
    servers.push_back(server(balancer, fmt::format("app{}", i + 1),
                             letters[i] == 'i'   ? Rotation::in
                             : letters[i] == 's' ? Rotation::stopping
                             : letters[i] == 'o' ? Rotation::out
                                                 : Rotation::checking));
  return servers;
}

struct Case {
  const char* when;
  const char* servers;
  std::uint64_t floor, wave;
  std::set<Seat> on_the_way, given_up;
  const char* why;
};

TEST(Guard, WhetherANodeMayLeave) {
  const std::vector<Case> cases{
      {"all are in", "iii", 1, 1, {}, {}, ""},
      {"another is out", "iio", 1, 1, {}, {}, "lb1: shop would be left with 1 of 3 servers in rotation; at least 2 must be"},
      {"another is out, and the wave allows it", "iio", 1, 2, {}, {}, ""},
      {"the floor is above the wave",
       "iio",
       2,
       2,
       {},
       {},
       "lb1: shop would be left with 1 of 3 servers in rotation; at least 2 must be"},
      {"it is out already", "oii", 2, 1, {}, {}, ""},
      {"it has been told already", "sio", 1, 1, {}, {}, ""},
      {"it is on its way in or out",
       "cio",
       1,
       1,
       {},
       {},
       "lb1: shop would be left with 1 of 3 servers in rotation; at least 2 must be"},
      {"another is being checked: not to be relied on",
       "iic",
       1,
       1,
       {},
       {},
       "lb1: shop would be left with 1 of 3 servers in rotation; at least 2 must be"},
      {"another was let go and is still counted",
       "iii",
       1,
       1,
       {{"shop", "app2"}},
       {},
       "lb1: shop would be left with 1 of 3 servers in rotation; at least 2 must be"},
      {"another was let go, and the wave allows it", "iii", 1, 2, {{"shop", "app2"}}, {}, ""},
      {"another is left out of the rollout", "iio", 1, 1, {}, {{"shop", "app3"}}, ""},
      {"what is left out does not lower the floor",
       "iio",
       2,
       1,
       {},
       {{"shop", "app3"}},
       "lb1: shop would be left with 1 of 2 servers in rotation; at least 2 must be"},
      {"alone", "i", 1, 1, {}, {}, "lb1: shop would be left with 0 of 1 servers in rotation; at least 1 must be"},
      {"alone, without a floor", "i", 0, 1, {}, {}, ""},
  };
  for (const Case& one : cases) {
    Policy policy;
    policy.floor = one.floor;
    const LeaveRequest request{
        .seats = {{"shop", "app1"}}, .on_the_way = one.on_the_way, .given_up = one.given_up, .wave = one.wave};
    EXPECT_EQ(why_not_leave(fleet(one.servers), request, policy), one.why) << one.when;
    policy.allow_downtime = true;
    EXPECT_EQ(why_not_leave(fleet(one.servers), request, policy), "") << one.when;
  }
}

TEST(Guard, EveryBalancerCounts) {
  std::vector<ServerState> servers = fleet("iii");
  for (const ServerState& other : fleet("iio", "lb2")) servers.push_back(other);
  const LeaveRequest request{.seats = {{"shop", "app1"}}, .on_the_way = {}, .given_up = {}};
  EXPECT_EQ(why_not_leave(servers, request, {}),
            "lb2: shop would be left with 1 of 3 servers in rotation; at least 2 must be");
  EXPECT_EQ(lowest_serving(servers, {{"shop", "app1"}}), 2U);
}

TEST(Guard, OtherBackendsDoNot) {
  std::vector<ServerState> servers = fleet("iii");
  for (ServerState other : fleet("ooo")) {
    other.backend = "api";
    servers.push_back(other);
  }
  EXPECT_EQ(why_not_leave(servers, {.seats = {{"shop", "app1"}}, .on_the_way = {}, .given_up = {}}, {}), "");
  EXPECT_EQ(lowest_serving(servers, {{"shop", "app1"}}), 3U);
  EXPECT_EQ(lowest_serving(servers, {{"shop", "app1"}, {"api", "app1"}}), 0U);
  EXPECT_EQ(lowest_serving(servers, {}), 0U);
}

}  // namespace
}  // namespace longshore::deployer
