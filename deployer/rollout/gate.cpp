#include "deployer/rollout/gate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longshore::deployer {
namespace {

std::string key_of(const ServerState& server) { return server.balancer + "/" + server.backend + "/" + server.server; }

// A balancer that was reloaded meanwhile counts from zero again.
std::uint64_t since(std::uint64_t before, std::uint64_t now) { return now >= before ? now - before : now; }

struct Others {  // the nodes that still run what was there before, or have passed already
  std::uint64_t requests = 0, errors = 0;
  double latency_sum = 0;
  int count = 0;
};

}  // namespace

Watch::Watch(const Gates& gates, std::vector<Seat> seats, Observation before)
    : gates_(gates), seats_(std::move(seats)), before_(std::move(before)) {
  for (const ServerState& server : before_.fleet) servers_before_[key_of(server)] = server;
}

std::string Watch::judge(const Observation& now) const {
  if (std::string problem = judge_containers(now); !problem.empty()) return problem;
  if (!now.log_matches.empty())
    return fmt::format("its log has a line that matches {}: {}", gates_.log_pattern, now.log_matches.front());
  if (std::string problem = judge_alerts(now); !problem.empty()) return problem;
  return judge_counters(now);
}

std::string Watch::judge_containers(const Observation& now) const {
  for (const ContainerState& container : now.containers) {
    if (container.oom_killed) return fmt::format("{} was killed for want of memory", container.name);
    if (!container.running())
      return fmt::format("{} is {} (exit code {})", container.name, container.status, container.exit_code);
    if (container.health == Health::unhealthy) return fmt::format("{} has become unhealthy", container.name);
    int restarts_before = 0;
    for (const ContainerState& before : before_.containers)
      if (before.id == container.id) restarts_before = before.restarts;
    if (const int restarts = container.restarts - restarts_before; restarts > static_cast<int>(gates_.max_restarts))
      return fmt::format("{} has been restarted {} times by Docker", container.name, restarts);
  }
  return {};
}

std::string Watch::judge_counters(const Observation& now) const {
  for (const ServerState& server : now.fleet) {
    if (std::find(seats_.begin(), seats_.end(), Seat{server.backend, server.server}) == seats_.end()) continue;
    if (server.rotation == Rotation::out)
      return fmt::format("{} has taken it out of rotation again ({})", server.balancer, server.status);
    Others others;
    for (const ServerState& other : now.fleet) {
      if (other.balancer != server.balancer || other.backend != server.backend || other.server == server.server) continue;
      const auto before = servers_before_.find(key_of(other));
      if (before == servers_before_.end() || other.rotation != Rotation::in) continue;
      others.requests += since(before->second.requests, other.requests);
      others.errors += since(before->second.errors_5xx, other.errors_5xx);
      others.latency_sum += static_cast<double>(other.latency.count());
      ++others.count;
    }
    const auto found = servers_before_.find(key_of(server));
    const ServerState before = found == servers_before_.end() ? ServerState{} : found->second;
    const std::uint64_t errors = since(before.errors_5xx, server.errors_5xx);
    const std::uint64_t requests = since(before.requests, server.requests);
    const double ratio = requests == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(requests);
    const double usual =
        others.requests == 0 ? 0 : static_cast<double>(others.errors) / static_cast<double>(others.requests);
    if (errors > gates_.max_5xx && ratio > std::max(gates_.max_5xx_ratio, usual))
      return fmt::format("{}: {} of {} answers with 5xx since it is back (allowed: {}; the others: {:.2f} %)",
                         server.balancer, errors, requests, gates_.max_5xx, usual * 100);
    if (const std::uint64_t failed = since(before.failed, server.failed); failed > 0)
      return fmt::format("{}: {} connections to it or answers of it failed since it is back", server.balancer, failed);
    constexpr std::uint64_t kEnough = 20;  // requests below which a mean says nothing
    if (gates_.max_latency_ratio > 0 && others.count > 0 && requests >= kEnough) {
      const double usual_latency = others.latency_sum / others.count;
      const double latency = static_cast<double>(server.latency.count());
      if (usual_latency > 0 && latency > usual_latency * gates_.max_latency_ratio)
        return fmt::format("{}: it answers in {:.0f} ms, the others in {:.0f} ms (allowed: {} times)", server.balancer,
                           latency / 1e6, usual_latency / 1e6, gates_.max_latency_ratio);
    }
  }
  return {};
}

std::string Watch::judge_alerts(const Observation& now) const {
  for (const SeenAlert& alert : now.alerts) {
    if (std::find(gates_.ignore_rules.begin(), gates_.ignore_rules.end(), alert.rule) != gates_.ignore_rules.end()) continue;
    // One that was open before is not the new version's; it may be the reason for the rollout.
    const bool known = std::any_of(before_.alerts.begin(), before_.alerts.end(), [&](const SeenAlert& before) {
      return before.alias == alert.alias && (before.open || before.at == alert.at);
    });
    if (!known) return fmt::format("the rule {} has fired on its host: {}", alert.rule, alert.message);
  }
  return {};
}

}  // namespace longshore::deployer
