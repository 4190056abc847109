#include "deployer/rollout/wanted.hpp"

#include <gmock/gmock.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

struct Files {
  Files() {
    environment.name = "prod";
    for (const char* name : {"app1", "app2"}) {
      HostEntry& host = environment.hosts.emplace_back();
      host.name = name;
      host.address = std::string(name) + ".example";
    }
    place("web");
    environment.components.back().backend = "shop";
    environment.components.back().server = "{host}-web";
  }
  void place(const std::string& component, std::vector<std::string> hosts = {"all"}) {
    environment.components.push_back(
        {.component = component, .hosts = std::move(hosts), .backend = {}, .http = {}, .tcp = {}});
    lock.components.push_back(
        {.name = component,
         .image = {.domain = "registry:5000", .path = "shop/" + component, .tag = "v1", .digest = digest_of(1)}});
    services[component].name = component;
    services[component].restart = "always";
  }
  base::Result<Target> target() const { return make_target(environment, lock, services); }
  std::string mistake() const {
    const auto made = target();
    return made ? "" : made.error().message;
  }
  std::vector<std::string> order() const {
    std::vector<std::string> names;
    const Target whole = target().value();
    for (const Wanted& one : whole.hosts.at("app1")) names.push_back(one.component);
    return names;
  }

  Environment environment;
  Composition lock{.name = "c_1", .components = {}};
  std::map<std::string, Service> services;
};

TEST(Wanted, PutTogetherFromThreeFiles) {
  Files files;
  files.environment.prefix = "shop-";
  files.place("worker", {"app2"});
  const Target target = files.target().value();
  EXPECT_EQ(target.hosts.at("app1").size(), 1U);
  EXPECT_EQ(target.hosts.at("app2").size(), 2U);
  const Wanted& web = target.hosts.at("app1").front();
  EXPECT_EQ(web.container, "shop-web");
  EXPECT_EQ(web.digest, digest_of(1));
  EXPECT_EQ(web.spec, files.services.at("web").hash());
  EXPECT_EQ(web.restart, "always");
  EXPECT_THAT(web.seats, ElementsAre(Seat{"shop", "app1-web"}));
}

TEST(Wanted, WhatOthersNeedIsStartedBefore) {
  Files files;
  for (const char* name : {"api", "db", "cache"}) files.place(name);
  EXPECT_THAT(files.order(), ElementsAre("api", "cache", "db", "web"));
  files.services["api"].depends_on = {"web", "db"};
  files.services["web"].depends_on = {"db", "elsewhere"};
  EXPECT_THAT(files.order(), ElementsAre("db", "web", "api", "cache"));
  files.services["db"].depends_on = {"api"};
  EXPECT_THAT(files.mistake(), HasSubstr("depends_on goes in a circle through"));
}

TEST(Wanted, TellsEveryMistakeAtOnce) {
  Files files;
  files.environment.services = "compose.yaml";
  files.environment.components.push_back({.component = "ghost", .backend = {}, .http = {}, .tcp = {}});
  files.place("worker");
  files.lock.components.back().image.digest.clear();
  EXPECT_EQ(files.mistake(),
            "prod: ghost is placed, but is not in the composition c_1\n"
            "prod: ghost is placed, but is no service of compose.yaml\n"
            "c_1: worker has no digest: run deployer resolve");
}

// Without its health container a host answers no balancer, so that takes the seats of all with it.
TEST(Wanted, TheHealthContainerSitsWhereTheOthersDo) {
  Files files;
  files.place("health");
  files.environment.health_container = "health";
  const auto seats = [&] { return files.target().value().hosts.at("app1").front().seats; };
  EXPECT_THAT(seats(), ElementsAre()) << "nothing stands in front";
  files.environment.drain = Drain::health;
  EXPECT_THAT(seats(), ElementsAre(Seat{"shop", "app1-web"}));
}

TEST(Wanted, LabelsSayAllThatMustBeKnownLater) {
  Files files;
  files.services["web"].parts = {{"environment.LEVEL", "\"info\""}, {"user", "\"1\""}};
  const Target target = files.target().value();
  const auto labels = labels_of(target, target.hosts.at("app1").front(), "r1");
  EXPECT_EQ(labels.size(), 9U);
  EXPECT_EQ(labels.at(label::kComposition), "c_1");
  EXPECT_EQ(labels.at(label::kRollout), "r1");
  EXPECT_THAT(labels.at(label::kParts), testing::MatchesRegex("environment.LEVEL=[0-9a-f]+\nuser=[0-9a-f]+"));
}

TEST(Wanted, WhatIsPlacedNowhere) {
  Files files;
  files.place("worker");
  files.environment.components.pop_back();
  EXPECT_THAT(unplaced(files.environment, files.lock), ElementsAre("worker"));
}

}  // namespace
}  // namespace longshore::deployer
