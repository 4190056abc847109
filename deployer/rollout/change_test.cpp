#include "deployer/rollout/change.hpp"

#include <gmock/gmock.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;

Target whole() {
  Target target{.environment = "test", .composition = "c_2", .hosts = {}, .services = {}, .images = {}};
  target.services["web"].parts = {{"environment.LEVEL", "\"info\""}, {"ports.80/tcp", "[]"}};
  return target;
}

Change only(const HostState& host, const Wanted& one) { return changes_of(host, {one}, whole()).at(0); }

ContainerState ill(Health health, const std::string& status = "running") {
  ContainerState one = container("web", "web", 2, status);
  one.health = health;
  return one;
}

TEST(Change, EveryKindWithItsSentence) {
  ContainerState policy = container("web", "web", 2);
  policy.restart_policy = "no";
  const std::vector<std::pair<HostState, const char*>> cases{
      {host_with({container("web", "web", 2)}), "NOOP"},
      {host_with({}), "CREATE v2"},
      {host_with({container("web.next.r2", "web", 2, "created")}), "CREATE v2"},
      {host_with({container("web", "web", 1)}), "UPDATE v1 → v2"},
      {host_with({ill(Health::none, "exited")}), "RESTART-UNHEALTHY: it is exited"},
      {host_with({ill(Health::unhealthy)}), "RESTART-UNHEALTHY: it is unhealthy"},
      {host_with({ill(Health::starting)}), "RESTART-UNHEALTHY: it has not become healthy yet"},
      {host_with({policy}), "RESTART-UNHEALTHY: its restart policy is no"},
      {host_with({container("web", "web", 2)}, Rotation::stopping), "UNDRAIN: lb1 says NOLB"},
      {host_with({container("web", "web", 2), container("web.prev.r1", "web", 1)}), "DRIFT: web.prev.r1 runs too"},
      {host_with({container("shop", "web", 2)}), "DRIFT: shop runs too"},
      {host_with({foreign("web")}), "DRIFT: web is a container that deployer did not make (nginx:1)"},
  };
  for (const auto& [host, said] : cases) {
    EXPECT_EQ(sentence(only(host, wanted("web", 2))), said);
    EXPECT_EQ(only(host, wanted("web", 2)).foreign, std::string(said).find("did not make") != std::string::npos) << said;
  }
}

TEST(Change, ATagThatHasMovedIsShownByItsDigests) {
  Wanted moved = wanted("web", 2);
  moved.tag = "v1";
  EXPECT_EQ(sentence(only(host_with({container("web", "web", 1)}), moved)),
            "UPDATE sha256:000000000000 → sha256:000000000000");
}

TEST(Change, NamesTheKeysThatDiffer) {
  const Wanted other = wanted("web", 2, "another spec");
  ContainerState old = container("web", "web", 2);
  Target before = whole();
  const auto now_is = [&](std::map<std::string, std::string> parts) {
    before.services["web"].parts = std::move(parts);
    old.labels[label::kParts] = labels_of(before, other, "r1")[label::kParts];
    return sentence(only(host_with({old}), other));
  };
  EXPECT_EQ(now_is({{"environment.LEVEL", "\"debug\""}, {"ports.80/tcp", "[]"}}), "CONFIG environment.LEVEL");
  EXPECT_EQ(now_is({{"environment.LEVEL", "\"info\""}, {"user", "1"}}), "CONFIG ports.80/tcp, user");
  EXPECT_EQ(now_is({{"environment.A=B", "\"1\""}, {"environment.LEVEL", "\"info\""}, {"ports.80/tcp", "[]"}}),
            "CONFIG environment.A=B");
}

TEST(Change, OrphansAreThoseThatRunAndAreWantedNowhere) {
  ContainerState elsewhere = container("other", "other", 1);
  elsewhere.labels[label::kEnvironment] = "staging";
  const HostState host = host_with({container("web", "web", 2), container("old", "old", 1), foreign("db"), elsewhere,
                                    container("older", "older", 1, "exited")});
  const auto changes = changes_of(host, {wanted("web", 2)}, whole());
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(sentence(changes[1]), "ORPHAN: old runs, and nothing places it here");
  EXPECT_EQ(changes[1].component, "old");
}

TEST(Change, TheFingerprintIsOfWhatAPlanDependsOn) {
  const HostState host = host_with({container("web", "web", 2), container("worker", "worker", 1)});
  const std::string usual = fingerprint({host});
  HostState other = host;
  std::swap(other.containers[0], other.containers[1]);
  other.servers[0].requests = other.servers[0].sessions = 7;
  EXPECT_EQ(fingerprint({other}), usual) << "order and counters are no difference";
  for (const auto& change : std::vector<void (*)(HostState&)>{
           [](HostState& h) { h.containers[0].status = "exited"; }, [](HostState& h) { h.containers[0].name = "x"; },
           [](HostState& h) { h.containers[0].health = Health::unhealthy; },
           [](HostState& h) { h.containers[0].restart_policy = "no"; }, [](HostState& h) { h.containers.pop_back(); },
           [](HostState& h) { h.servers[1].rotation = Rotation::out; }}) {
    other = host;
    change(other);
    EXPECT_NE(fingerprint({other}), usual);
  }
}

}  // namespace
}  // namespace longshore::deployer
