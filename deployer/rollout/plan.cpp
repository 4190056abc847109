#include "deployer/rollout/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "common/base/json.hpp"
#include "deployer/rollout/guard.hpp"
#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

using namespace std::chrono_literals;

bool acts(const Change& change) { return change.kind != Kind::noop && change.kind != Kind::orphan; }

// Lower goes first: what serves nobody can do no harm, and may be mended.
int goodness(const HostState& host, const HostTarget& target, const std::vector<Change>& changes) {
  for (const Wanted& wanted : target)
    if (!wanted.seats.empty() && !all_in(host, wanted.seats)) return 0;
  for (const Change& change : changes)
    if (change.host == host.host && (change.kind == Kind::restart || change.kind == Kind::create)) return 1;
  return 2;
}

std::uint64_t sessions_of(const HostState& host) {
  std::uint64_t sum = 0;
  for (const ServerState& server : host.servers) sum += server.sessions;
  return sum;
}

// A node's time without watching: one check to leave, stop, start, a check to enter; measured on small services.
constexpr base::Duration kNode = 4s;

}  // namespace

Plan make_plan(const Environment& environment, const Target& target, const std::vector<HostState>& hosts) {
  Plan plan{.environment = environment.name,
            .composition = target.composition,
            .changes = {},
            .waves = {},
            .first_because = {},
            .seen = fingerprint(hosts),
            .warnings = {}};
  std::vector<const HostState*> changing;
  static const HostTarget kNone;
  for (const HostState& host : hosts) {
    const auto found = target.hosts.find(host.host);
    const auto changes = changes_of(host, found == target.hosts.end() ? kNone : found->second, target);
    if (std::any_of(changes.begin(), changes.end(), acts)) changing.push_back(&host);
    plan.changes.insert(plan.changes.end(), changes.begin(), changes.end());
  }
  if (changing.empty()) return plan;

  const auto rank = [&](const HostState* host) {
    return std::pair(goodness(*host, target.hosts.at(host->host), plan.changes), sessions_of(*host));
  };
  std::stable_sort(changing.begin(), changing.end(),
                   [&](const HostState* a, const HostState* b) { return rank(a) < rank(b); });
  const int first = goodness(*changing.front(), target.hosts.at(changing.front()->host), plan.changes);
  plan.first_because = first == 0   ? "it is not in rotation"
                       : first == 1 ? "it does not work as it should"
                                    : "it has the fewest sessions";

  plan.waves.push_back({changing.front()->host});
  for (std::size_t i = 1; i < changing.size(); ++i) {
    if (plan.waves.size() == 1 || plan.waves.back().size() >= environment.policy.wave) plan.waves.emplace_back();
    plan.waves.back().push_back(changing[i]->host);
  }
  plan.expected =
      kNode + environment.policy.bake + static_cast<int>(plan.waves.size() - 1) * (kNode + environment.policy.soak);

  std::vector<ServerState> fleet;
  std::vector<Seat> seats;
  for (const HostState& host : hosts) fleet.insert(fleet.end(), host.servers.begin(), host.servers.end());
  for (const HostState* host : changing)
    for (const Wanted& wanted : target.hosts.at(host->host))
      seats.insert(seats.end(), wanted.seats.begin(), wanted.seats.end());
  const std::size_t now = lowest_serving(fleet, seats);
  plan.lowest_serving = first > 0 && now > 0 ? now - 1 : now;  // while the first is out; then all that were out are in
  for (ServerState& server : fleet)
    if (std::find(seats.begin(), seats.end(), Seat{server.backend, server.server}) != seats.end())
      server.rotation = Rotation::in;
  const std::size_t later = lowest_serving(fleet, seats),
                    out = std::min<std::size_t>(environment.policy.wave, changing.size() - 1);
  plan.lowest_serving = std::min(plan.lowest_serving, later > out ? later - out : 0);
  return plan;
}

std::vector<std::string> objections(const Environment& environment, const Target& target,
                                    const std::vector<HostState>& hosts, const Plan& plan, bool adopt) {
  std::vector<std::string> found;
  if (!adopt)
    for (const Change& change : plan.changes)
      if (change.foreign)
        found.push_back(fmt::format("{}: {}; remove it, or replace it with --adopt", change.host, change.why));
  // A server without a check never says that it is out: it would be waited for in vain.
  for (const HostState& host : hosts)
    if (target.hosts.contains(host.host))
      for (const ServerState& server : host.servers)
        if (server.rotation == Rotation::unknown)
          found.push_back(fmt::format("{}: says \"{}\" of {}/{}: it must check it, or nobody could say when the node is out",
                                      server.balancer, server.status, server.backend, server.server));
  if (environment.policy.allow_downtime) return found;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> servers;  // by balancer and backend
  std::set<std::string> backends;                                                // in which something is replaced
  const auto replaced = [&](const std::string& host, const std::string& component) {
    return std::any_of(plan.changes.begin(), plan.changes.end(), [&](const Change& change) {
      return change.host == host && change.component == component && acts(change) && change.kind != Kind::undrain;
    });
  };
  for (const HostState& host : hosts) {
    for (const ServerState& server : host.servers) servers[{server.balancer, server.backend}].insert(server.server);
    const auto wanted = target.hosts.find(host.host);
    if (wanted == target.hosts.end()) continue;
    for (const Wanted& one : wanted->second)
      for (const Seat& seat : one.seats) {
        if (replaced(host.host, one.component)) backends.insert(seat.backend);
        for (const BalancerEntry& balancer : environment.balancers)
          if (std::none_of(host.servers.begin(), host.servers.end(), [&](const ServerState& s) {
                return s.balancer == balancer.name && s.backend == seat.backend && s.server == seat.server;
              }))
            found.push_back(fmt::format("{}: has no server {} in a backend {}; see the placement of {}", balancer.name,
                                        seat.server, seat.backend, one.component));
      }
  }
  for (const auto& [where, names] : servers)
    if (backends.contains(where.second) && names.size() <= environment.policy.floor)
      found.push_back(fmt::format(
          "{}: {} has {} server{}, and {} must stay in rotation: nothing can be replaced. Lower policy.floor, or "
          "say allow_downtime: true",
          where.first, where.second, names.size(), names.size() == 1 ? "" : "s", environment.policy.floor));
  return found;
}

std::string print_plan(const Plan& plan) {
  std::size_t host_width = 4, component_width = 9;
  for (const Change& change : plan.changes) {
    host_width = std::max(host_width, change.host.size());
    component_width = std::max(component_width, change.component.size());
  }
  std::string text = fmt::format("{:<{}}  {:<{}}  change\n", "host", host_width, "component", component_width);
  for (const Change& change : plan.changes)
    text +=
        fmt::format("{:<{}}  {:<{}}  {}\n", change.host, host_width, change.component, component_width, sentence(change));
  for (const std::string& warning : plan.warnings) text += "warning: " + warning + "\n";
  return text + "\n" + outline(plan) + "\n";
}

std::string outline(const Plan& plan) {
  if (plan.empty()) return fmt::format("{} runs {}: nothing to do", plan.environment, plan.composition);
  std::string text = fmt::format("{} to {}: first {} ({})", plan.composition, plan.environment, plan.waves.front().front(),
                                 plan.first_because);
  for (std::size_t i = 1; i < plan.waves.size(); ++i) {
    text += i == 1 ? ", then " : "; ";
    for (std::size_t j = 0; j < plan.waves[i].size(); ++j) text += (j == 0 ? "" : " + ") + plan.waves[i][j];
  }
  text += fmt::format("; about {} and pulling", base::format_duration(plan.expected));
  if (plan.lowest_serving > 0) text += fmt::format("; at least {} in rotation at any time", plan.lowest_serving);
  return text;
}

std::string plan_json(const Plan& plan, std::string_view lock_text) {
  base::JsonArray changes, waves;
  for (const Change& change : plan.changes) {
    base::JsonArray keys;
    for (const std::string& key : change.keys) keys.text(key);
    changes.value(base::JsonObject()
                      .text("host", change.host)
                      .text("component", change.component)
                      .text("change", name_of(change.kind))
                      .text_unless_empty("from", change.from)
                      .text_unless_empty("to", change.to)
                      .text_unless_empty("why", change.why)
                      .value("keys", keys.take())
                      .take());
  }
  for (const auto& wave : plan.waves) {
    base::JsonArray hosts;
    for (const std::string& host : wave) hosts.text(host);
    waves.value(hosts.take());
  }
  return base::JsonObject()
             .text("environment", plan.environment)
             .text("composition", plan.composition)
             .value("changes", changes.take())
             .value("waves", waves.take())
             .value("expected_seconds",
                    fmt::format("{}", std::chrono::duration_cast<std::chrono::seconds>(plan.expected).count()))
             .value("lowest_serving", fmt::format("{}", plan.lowest_serving))
             .text("seen", plan.seen)
             .text("lock", lock_text)
             .take() +
         "\n";
}

}  // namespace longshore::deployer
