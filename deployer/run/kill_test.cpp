// The deployer is ended before and after every call that changes something; whoever comes next must be able to finish it in
// either direction, and nobody outside may notice.
#include <gmock/gmock.h>

#include <random>

#include "deployer/run/shop_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::IsEmpty;
using namespace std::chrono_literals;

// A shop in service, the same each time. Time in which nothing changes is cut short: there is nothing to be killed at.
Shop open_shop(int hosts) {
  static std::map<int, Shop> opened;
  const auto [shop, is_new] = opened.try_emplace(hosts, hosts);
  if (is_new) {
    shop->second.environment.policy.bake = shop->second.environment.policy.soak = 1s;
    shop->second.open();
  }
  return shop->second;
}

// Whether it was killed.
bool killed(Shop& shop, const Composition& lock, const std::string& command, std::optional<LockRecord> from, int at,
            bool before) {
  shop.world.kill_at(at, before);
  try {
    shop.run(lock, command, std::move(from));
  } catch (const Killed&) {
    return true;
  }
  return false;
}

void expect_whole(Shop& shop, int version, const std::string& when) {
  shop.world.advance(2s);
  EXPECT_EQ(shop.world.running("web"), shop.everywhere(version)) << when;
  EXPECT_EQ(shop.world.failed_requests, 0) << when;
  EXPECT_THAT(shop.world.violations, IsEmpty()) << when;
  EXPECT_FALSE(shop.holder()) << when;
  for (const auto& [name, node] : shop.world.nodes) {
    EXPECT_THAT(node.rotation, testing::Each(Rotation::in)) << when << ' ' << name;
    for (const ContainerState& c : node.containers)
      if (c.name == "web") {
        EXPECT_EQ(c.restart_policy, "unless-stopped") << when;
      }
  }
  EXPECT_GE(shop.world.lowest_serving, shop.world.nodes.size() - 1) << when;
}

class KilledAt : public testing::TestWithParam<int> {};

TEST_P(KilledAt, AnyCallThenResumedOrAborted) {
  const int hosts = GetParam();
  int longest = 0;
  for (const bool before : {true, false})
    for (const bool forward : {true, false})
      for (int n = 1;; ++n) {
        Shop shop = open_shop(hosts);
        const Composition lock = shop.composition(2, 2);
        if (!killed(shop, lock, "apply", std::nullopt, n, before)) {
          longest = n;
          break;
        }
        const std::string when = fmt::format("{} hosts, killed {} call {}, then {}", hosts, before ? "before" : "after", n,
                                             forward ? "resume" : "abort");
        shop.world.never_kill();
        shop.world.advance(3s);
        const auto from = shop.holder();
        if (!from) {  // killed before it had the lock, or when it was done
          const Summary again = shop.run(lock);
          EXPECT_EQ(again.exit_code, kOk) << when << ": " << again.outcome;
          expect_whole(shop, 2, when);
          continue;
        }
        const Summary summary = shop.run(lock, forward ? "resume" : "abort", from);
        EXPECT_EQ(summary.exit_code, kOk) << when << ": " << summary.outcome;
        expect_whole(shop, forward ? 2 : 1, when);
        if (testing::Test::HasFailure()) return;
      }
  EXPECT_GT(longest, 10 * hosts);
}

INSTANTIATE_TEST_SUITE_P(Hosts, KilledAt, testing::Values(2, 3));

TEST(KilledAt, AgainAndAgain) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Shop shop = open_shop(3);
    const Composition lock = shop.composition(2, 2);
    std::string story;
    std::optional<LockRecord> from;
    std::string command = "apply";
    int lives = 0;
    for (; lives < 30; ++lives) {
      const int at = 1 + static_cast<int>(random() % 40);
      const bool before = random() % 2 == 0;
      story += fmt::format(" {} {} {}", command, at, before ? 1 : 0);
      if (!killed(shop, lock, command, from, at, before)) break;
      shop.world.never_kill();
      from = shop.holder();
      command = !from ? "apply" : random() % 4 == 0 ? "abort" : "resume";
    }
    shop.world.never_kill();
    if (command != "abort") {
      if (lives == 30) {
        EXPECT_EQ(shop.run(lock, shop.holder() ? "resume" : "apply", shop.holder()).exit_code, kOk) << story;
      }
      expect_whole(shop, 2, story);
    } else {
      expect_whole(shop, 1, story);
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(KilledAt, ABadVersionThatIsTakenUpIsRolledBackAllTheSame) {
  for (const bool before : {true, false})
    for (int n = 1;; ++n) {
      Shop shop = open_shop(3);
      shop.world.behaviour[digest_of(2)] = Behaviour::never_healthy;
      const Composition lock = shop.composition(2);
      if (!killed(shop, lock, "apply", std::nullopt, n, before)) break;
      const std::string when = fmt::format("killed {} call {}", before ? "before" : "after", n);
      shop.world.never_kill();
      shop.world.advance(3s);
      if (const auto from = shop.holder()) {
        const Summary summary = shop.run(lock, "resume", from);
        EXPECT_TRUE(summary.exit_code == kCanaryFailed) << when << ": " << summary.exit_code << ' ' << summary.outcome;
      }
      shop.world.advance(2s);
      EXPECT_EQ(shop.world.running("web"), shop.everywhere(1)) << when;
      EXPECT_EQ(shop.world.failed_requests, 0) << when;
      EXPECT_FALSE(shop.holder()) << when;
      if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace longshore::deployer
