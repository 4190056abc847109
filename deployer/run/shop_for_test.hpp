// A small shop for tests of whole rollouts: "web" behind the balancers and "worker" beside it on every host of a World.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "deployer/rollout/hosts_for_test.hpp"
#include "deployer/run/rollout.hpp"
#include "deployer/run/world_for_test.hpp"

namespace longshore::deployer {

struct Told final : Reporter {
  std::vector<Event> events;
  void on(const Event& event) override { events.push_back(event); }
  void finish(const Summary& all) override { summary = all; }
  Summary summary;
  bool has(std::string_view text) const {
    for (const NodeResult& node : summary.nodes)
      if (node.log_tail.find(text) != text.npos || node.container.find(text) != text.npos) return true;
    for (const Event& event : events)
      if (event.text.find(text) != event.text.npos || event.detail.find(text) != event.detail.npos) return true;
    return false;
  }
};

class Shop {
 public:
  explicit Shop(int hosts, int balancers = 2) : world(hosts, balancers) {
    environment.name = "test";
    for (const auto& [name, node] : world.nodes) {
      HostEntry& host = environment.hosts.emplace_back();
      host.name = host.address = name;
    }
    for (int i = 1; i <= balancers; ++i) environment.balancers.emplace_back().name = fmt::format("lb{}", i);
    environment.components.push_back({.component = "web", .hosts = {"all"}, .backend = "web", .http = {}, .tcp = {}});
    environment.components.push_back({.component = "worker", .hosts = {"all"}, .backend = "", .http = {}, .tcp = {}});
    environment.drain = Drain::health;
    environment.health_container = "health";
    environment.policy.bake = std::chrono::seconds(10);
    environment.policy.floor = hosts > 1 ? 1 : 0;
    environment.gates.shipper = "http://127.0.0.1:8514";
    environment.gates.log_pattern = "^FATAL";
    for (int version = 1; version < 10; ++version) world.registry.insert(digest_of(version));
  }

  Composition composition(int web, int worker = 1) const {
    const auto component = [](const std::string& name, int version) {
      return Component{.name = name,
                       .image = {.domain = "registry:5000",
                                 .path = "shop/" + name,
                                 .tag = fmt::format("v{}", version),
                                 .digest = digest_of(version)}};
    };
    return {.name = fmt::format("c_{}{}", web, worker), .components = {component("web", web), component("worker", worker)}};
  }

  Target target(const Composition& lock) const {
    std::map<std::string, Service> services;
    for (const char* name : {"web", "worker"}) {
      Service& service = services[name];
      service.name = name;
      service.parts = {{"image", name}, {"environment.LEVEL", level}};
      service.restart = "unless-stopped";
    }
    return make_target(environment, lock, services).value();
  }

  // Takes up `from` for resume and abort.
  Summary run(const Composition& lock, const std::string& command = "apply", std::optional<LockRecord> from = std::nullopt) {
    const Target wanted = target(lock);
    Fleet fleet(environment.name, world.hosts(), world.balancers(), world.runtime());
    Lock held(fleet, environment.name);
    const std::string id = from ? from->rollout : fmt::format("r{:03}", ++rollouts_);
    Context context{.environment = environment,
                    .target = wanted,
                    .fleet = fleet,
                    .lock = held,
                    .reporter = told,
                    .rollout = id,
                    .given_up = {},
                    .gate = {},
                    .on_the_way = {}};
    RolloutOptions options{.command = command,
                           .environment_file = "environments/test.yaml",
                           .previous = {},
                           .record = {.token = fmt::format("t{}", ++tokens_),
                                      .rollout = id,
                                      .command = command,
                                      .composition = lock.name,
                                      .lock_text = print_lock(lock),
                                      .previous_text = from ? from->previous_text : previous_text,
                                      .owner = "me@here",
                                      .machine = "here",
                                      .pid = "1",
                                      .build_url = {},
                                      .since = world.now(),
                                      .until = base::kNever},
                           .from = from,
                           .skipped = {},
                           .adopt = adopt,
                           .expected_seen = {}};
    std::map<std::string, HostTarget> back;
    if (const auto before = read_lock(options.record.previous_text, "before", "lock"); before && !before->components.empty())
      back = target(*before).hosts;
    Summary summary = Rollout(context, wanted.hosts, back, options).run();
    if (summary.exit_code == kOk && command != "abort") previous_text = print_lock(lock);
    return summary;
  }

  // Whoever holds the lock now, as `resume` finds it.
  std::optional<LockRecord> holder() {
    Fleet fleet(environment.name, world.hosts(), world.balancers(), world.runtime());
    return Lock(fleet, environment.name).holder({}).value();
  }

  // Version 1 everywhere, in service.
  void open() {
    const Summary summary = run(composition(1));
    if (summary.exit_code != kOk) throw std::runtime_error(summary.outcome);
    world.advance(std::chrono::seconds(2));
    world.failed_requests = 0;
    world.lowest_serving = SIZE_MAX;
    world.violations.clear();
    told.events.clear();
    world.never_kill();
  }

  std::vector<std::string> everywhere(int version) const {
    std::vector<std::string> all;
    for (const auto& [name, node] : world.nodes) all.push_back(name + "=" + digest_of(version));
    return all;
  }

  World world;
  Environment environment;
  Told told;
  bool adopt = false;
  std::string level = "info";
  std::string previous_text;

 private:
  int rollouts_ = 0, tokens_ = 0;
};

}  // namespace longshore::deployer
