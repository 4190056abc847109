#include "deployer/run/evidence.hpp"

#include <fmt/format.h>

#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

constexpr int kLogTail = 50;  // lines

std::string condition_of(const ContainerState& container) {
  std::string text = container.oom_killed                    ? "killed for want of memory"
                     : container.status == "exited"          ? fmt::format("exited with {}", container.exit_code)
                     : container.health == Health::unhealthy ? "running, unhealthy"
                                                             : container.status;
  if (container.restarts > 0) text += fmt::format(", restarted {} times", container.restarts);
  return text;
}

}  // namespace

void collect_evidence(Context& context, const std::string& host, const HostTarget& target,
                      const std::vector<std::string>& probes, std::vector<NodeResult>& results) {
  const auto state = context.fleet.observe(host, target);
  if (!state) return;
  for (const Wanted& wanted : target) {
    const ContainerState* active = holder(*state, wanted);
    if (active == nullptr || active->get(label::kRollout) != context.rollout || active->started_at.ns == 0) continue;
    const auto log = context.fleet.host(host).logs(active->id, kLogTail, {});
    for (NodeResult& result : results) {
      if (result.host != host || result.component != wanted.component) continue;
      result.container = condition_of(*active);
      result.log_tail = log ? *log : log.error().message;
      result.probes = probes;
    }
  }
}

std::vector<Serving> who_serves(const std::vector<HostState>& hosts, const std::map<std::string, HostTarget>& targets) {
  std::vector<Serving> all;
  for (const HostState& host : hosts) {
    const auto target = targets.find(host.host);
    if (target == targets.end()) continue;
    for (const Wanted& wanted : target->second)
      if (const ContainerState* active = holder(host, wanted); active != nullptr && active->running())
        all.push_back({.host = host.host,
                       .component = wanted.component,
                       .version = std::string(active->get(label::kTag)),
                       .in_rotation = all_in(host, wanted.seats)});
  }
  return all;
}

}  // namespace longshore::deployer
