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

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Reading reading(std::string name, std::string value, std::string limit) {
  return {.result = {.name = std::move(name), .value = std::move(value), .limit = std::move(limit)}, .why = {}};
}

}  // namespace

Watch::Watch(const Gates& gates, std::vector<Seat> seats, Observation before)
    : gates_(gates), seats_(std::move(seats)), before_(std::move(before)) {
  for (const ServerState& server : before_.fleet) servers_before_[key_of(server)] = server;
}

std::vector<Reading> Watch::read(const Observation& now) const {
  std::vector<Reading> readings;
  read_containers(now, readings);
  if (!gates_.log_pattern.empty()) {
    Reading& log = readings.emplace_back(reading("log pattern", fmt::format("{} lines", now.log_matches.size()), "0"));
    if (!now.log_matches.empty())
      log.why = fmt::format("its log has a line that matches {}: {}", gates_.log_pattern, now.log_matches.front());
  }
  if (!gates_.shipper.empty()) read_alerts(now, readings);
  for (const ServerState& server : now.fleet)
    if (std::find(seats_.begin(), seats_.end(), Seat{server.backend, server.server}) != seats_.end())
      read_counters(server, now, readings);
  for (Reading& one : readings) one.result.passed = one.why.empty();
  return readings;
}

void Watch::read_containers(const Observation& now, std::vector<Reading>& readings) const {
  for (const ContainerState& container : now.containers) {
    int restarts = container.restarts;
    for (const ContainerState& before : before_.containers)
      if (before.id == container.id) restarts -= before.restarts;
    Reading& health = readings.emplace_back(
        reading(container.name, container.health == Health::unhealthy ? "unhealthy" : container.status, "running"));
    if (container.oom_killed)
      health.why = fmt::format("{} was killed for want of memory", container.name);
    else if (!container.running())
      health.why = fmt::format("{} is {} (exit code {})", container.name, container.status, container.exit_code);
    else if (container.health == Health::unhealthy)
      health.why = fmt::format("{} has become unhealthy", container.name);
    Reading& again = readings.emplace_back(
        reading("restarts of " + container.name, fmt::format("{}", restarts), fmt::format("{}", gates_.max_restarts)));
    if (restarts > static_cast<int>(gates_.max_restarts))
      again.why = fmt::format("{} has been restarted {} times by Docker", container.name, restarts);
  }
}

ServerState Watch::before(const ServerState& server) const {
  const auto found = servers_before_.find(key_of(server));
  return found == servers_before_.end() ? ServerState{} : found->second;
}

void Watch::read_counters(const ServerState& server, const Observation& now, std::vector<Reading>& readings) const {
  Others others;
  for (const ServerState& other : now.fleet) {
    if (other.balancer != server.balancer || other.backend != server.backend || other.server == server.server) continue;
    if (other.rotation != Rotation::in || !servers_before_.contains(key_of(other))) continue;
    others.requests += since(before(other).requests, other.requests);
    others.errors += since(before(other).errors_5xx, other.errors_5xx);
    others.latency_sum += static_cast<double>(other.latency.count());
    ++others.count;
  }
  Reading& rotation = readings.emplace_back(reading(server.balancer + " rotation", server.status, "in"));
  if (server.rotation == Rotation::out)
    rotation.why = fmt::format("{} has taken it out of rotation again ({})", server.balancer, server.status);

  const std::uint64_t errors = since(before(server).errors_5xx, server.errors_5xx);
  const std::uint64_t requests = since(before(server).requests, server.requests);
  const double usual = share(others.errors, others.requests);
  Reading& fives = readings.emplace_back(
      reading(server.balancer + " 5xx", fmt::format("{} of {}", errors, requests), fmt::format("{}", gates_.max_5xx)));
  if (errors > gates_.max_5xx && share(errors, requests) > std::max(gates_.max_5xx_ratio, usual))
    fives.why = fmt::format("{}: {} of {} answers with 5xx since it is back (allowed: {}; the others: {:.2f} %)",
                            server.balancer, errors, requests, gates_.max_5xx, usual * 100);

  const std::uint64_t failed = since(before(server).failed, server.failed);
  Reading& broken = readings.emplace_back(reading(server.balancer + " connections failed", fmt::format("{}", failed), "0"));
  if (failed > 0)
    broken.why = fmt::format("{}: {} connections to it or answers of it failed since it is back", server.balancer, failed);

  constexpr std::uint64_t kEnough = 20;  // requests below which a mean says nothing
  if (gates_.max_latency_ratio <= 0 || others.count == 0 || requests < kEnough) return;
  const double usual_latency = others.latency_sum / others.count, latency = static_cast<double>(server.latency.count());
  Reading& slow =
      readings.emplace_back(reading(server.balancer + " latency", fmt::format("{:.1f} ms", latency / 1e6),
                                    fmt::format("{} x {:.1f} ms", gates_.max_latency_ratio, usual_latency / 1e6)));
  if (usual_latency > 0 && latency > usual_latency * gates_.max_latency_ratio)
    slow.why = fmt::format("{}: it answers in {:.1f} ms, the others in {:.1f} ms (allowed: {} times)", server.balancer,
                           latency / 1e6, usual_latency / 1e6, gates_.max_latency_ratio);
}

void Watch::read_alerts(const Observation& now, std::vector<Reading>& readings) const {
  const SeenAlert* fired = nullptr;
  int count = 0;
  for (const SeenAlert& alert : now.alerts) {
    if (std::find(gates_.ignore_rules.begin(), gates_.ignore_rules.end(), alert.rule) != gates_.ignore_rules.end()) continue;
    // One that was open before is not the new version's; it may be the reason for the rollout.
    const bool known = std::any_of(before_.alerts.begin(), before_.alerts.end(), [&](const SeenAlert& one) {
      return one.alias == alert.alias && (one.open || one.at == alert.at);
    });
    if (known) continue;
    if (fired == nullptr) fired = &alert;
    ++count;
  }
  Reading& alerts = readings.emplace_back(reading("alerts of shipper", fmt::format("{} new", count), "0"));
  if (fired != nullptr) alerts.why = fmt::format("the rule {} has fired on its host: {}", fired->rule, fired->message);
}

}  // namespace longshore::deployer
