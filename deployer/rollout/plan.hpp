// The plan of a rollout: what changes where, in which order, how long it will take, and what it was made from. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/fleet/state.hpp"
#include "deployer/rollout/change.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

struct Plan {
  std::string environment, composition;
  std::vector<Change> changes;                  // hosts in the environment's order
  std::vector<std::vector<std::string>> waves;  // hosts that change; the first wave is the one host that goes first
  std::string first_because;                    // why that one: "it is out of rotation already"
  base::Duration expected{};                    // with drain, stop, start and watching as configured; pulls not counted
  std::size_t lowest_serving = 0;  // servers of a backend that will be in rotation at the least; 0 if none is concerned
  std::string seen;                // fingerprint of the fleet
  std::vector<std::string> warnings;

  bool empty() const { return waves.empty(); }
};

Plan make_plan(const Environment& environment, const Target& target, const std::vector<HostState>& hosts);

// What would make the rollout break its own rules: a backend without enough servers for the floor in which something is
// replaced, containers that deployer did not make (unless `adopt`). One sentence each.
std::vector<std::string> objections(const Environment& environment, const Target& target,
                                    const std::vector<HostState>& hosts, const Plan& plan, bool adopt);

// "c_2 to prod: first app1 (it has the fewest sessions), then app2; …".
std::string outline(const Plan& plan);
// The table for people; and plan.json, which `apply` takes.
std::string print_plan(const Plan& plan);
std::string plan_json(const Plan& plan, std::string_view lock_text);

}  // namespace longshore::deployer
