#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/base/clock.hpp"
#include "common/base/json.hpp"
#include "deployer/commands/deployed.hpp"
#include "deployer/commands/identity.hpp"
#include "deployer/commands/load_deployment.hpp"
#include "deployer/commands/open_fleet.hpp"
#include "deployer/commands/rollout_commands.hpp"
#include "deployer/commands/stop_signal.hpp"
#include "deployer/rollout/roles.hpp"
#include "deployer/run/exit_code.hpp"
#include "deployer/run/lock.hpp"
#include "deployer/run/records.hpp"

namespace longshore::deployer {
namespace {

using base::Result;

int complain_of(const base::Error& error) {
  fmt::print(stderr, "deployer: {}\n", error.message);
  return error.code == base::Code::invalid || error.code == base::Code::not_found ? kConfiguration : kRefused;
}

// What each host is seen with, whatever composition is wanted.
HostTarget seats_only(const Environment& environment, const HostEntry& host) {
  HostTarget target;
  for (const Placement& placement : environment.components) {
    const auto hosts = environment.hosts_of(placement);
    if (std::find(hosts.begin(), hosts.end(), &host) == hosts.end()) continue;
    Wanted& wanted = target.emplace_back();
    wanted.component = placement.component;
    wanted.container = environment.prefix + placement.component;
    if (!placement.backend.empty()) wanted.seats.push_back({placement.backend, fill(placement.server, host)});
  }
  return target;
}

struct Row {
  std::string host, component, version, composition, container, rotation;
};

std::vector<Row> rows_of(const Environment& environment, const std::vector<HostState>& hosts) {
  std::vector<Row> rows;
  for (const HostState& host : hosts) {
    const auto entry = std::find_if(environment.hosts.begin(), environment.hosts.end(),
                                    [&](const HostEntry& one) { return one.name == host.host; });
    for (const Wanted& wanted : seats_only(environment, *entry)) {
      Row row{.host = host.host,
              .component = wanted.component,
              .version = "-",
              .composition = "-",
              .container = "none",
              .rotation = {}};
      if (const ContainerState* active = holder(host, wanted); active != nullptr) {
        row.version = std::string(active->get(label::kTag));
        row.composition = std::string(active->get(label::kComposition));
        row.container = active->health == Health::healthy     ? "healthy"
                        : active->health == Health::unhealthy ? "unhealthy"
                        : active->health == Health::starting  ? "starting"
                                                              : active->status;
        if (row.version.empty()) row.version = active->image;
      }
      for (const ServerState* server : seats_of(host, wanted.seats))
        row.rotation += fmt::format("{}{}:{}", row.rotation.empty() ? "" : " ", server->balancer, server->status);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void print_table(const std::vector<std::vector<std::string>>& table) {
  std::vector<std::size_t> widths;
  for (const auto& row : table)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], row[i].size());
    }
  for (const auto& row : table) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 == row.size() ? row[i] : fmt::format("{:<{}}  ", row[i], widths[i]);
    fmt::print("{}\n", line);
  }
}

}  // namespace

int status_command(const RolloutCommand& options) {
  const auto environment = load_environment(options.environment);
  if (!environment) return complain_of(environment.error());
  auto open = open_fleet(*environment, true, real_runtime(told_to_stop()));
  if (!open) return complain_of(open.error());
  for (const std::string& why : open->because) fmt::print(stderr, "warning: {}\n", why);
  std::map<std::string, HostTarget> targets;
  for (const HostEntry& host : environment->hosts) targets[host.name] = seats_only(*environment, host);
  const auto hosts = open->fleet->observe_all(targets, open->skipped);
  if (!hosts) return complain_of(hosts.error());
  const auto known = releases(*open->fleet, environment->name, open->skipped);
  Lock lock(*open->fleet, environment->name);
  const auto holder = lock.holder(open->skipped);
  if (!known || !holder) return complain_of(!known ? known.error() : holder.error());
  const auto rows = rows_of(*environment, *hosts);
  if (options.reports.json == "-") {
    base::JsonArray nodes;
    for (const Row& row : rows)
      nodes.value(base::JsonObject()
                      .text("host", row.host)
                      .text("component", row.component)
                      .text("version", row.version)
                      .text("composition", row.composition)
                      .text("container", row.container)
                      .text("rotation", row.rotation)
                      .take());
    base::JsonObject all;
    all.text("environment", environment->name)
        .text("composition", known->empty() ? "" : known->front().composition)
        .value("nodes", nodes.take());
    if (*holder) all.text("unfinished", describe(**holder));
    fmt::print("{}\n", all.take());
  } else {
    std::vector<std::vector<std::string>> table{{"host", "component", "version", "came with", "container", "rotation"}};
    for (const Row& row : rows)
      table.push_back({row.host, row.component, row.version, row.composition, row.container, row.rotation});
    print_table(table);
    fmt::print("\n{} runs {}\n", environment->name, known->empty() ? "no release of ours" : known->front().composition);
    if (*holder) fmt::print("unfinished, or under way: {}\n", describe(**holder));
  }
  return open->skipped.empty() ? kOk : kRefused;
}

int history_command(const RolloutCommand& options) {
  const auto environment = load_environment(options.environment);
  if (!environment) return complain_of(environment.error());
  auto open = open_fleet(*environment, true, real_runtime(told_to_stop()));
  if (!open) return complain_of(open.error());
  const auto known = releases(*open->fleet, environment->name, open->skipped);
  if (!known) return complain_of(known.error());
  if (options.reports.json == "-") {
    base::JsonArray all;
    for (const Release& release : *known)
      all.value(base::JsonObject()
                    .text("at", base::format_rfc3339(release.at, 0))
                    .text("composition", release.composition)
                    .text("command", release.command)
                    .text("outcome", release.outcome)
                    .text("by", release.owner)
                    .text("build", release.build_url)
                    .text("rollout", release.rollout)
                    .take());
    fmt::print("{}\n", all.take());
    return kOk;
  }
  std::vector<std::vector<std::string>> table{{"at", "composition", "by way of", "outcome", "by"}};
  for (const Release& release : *known)
    table.push_back({base::format_rfc3339(release.at, 0), release.composition, release.command, release.outcome,
                     release.owner + (release.build_url.empty() ? "" : " " + release.build_url)});
  print_table(table);
  return kOk;
}

int check_command(const RolloutCommand& options) {
  const auto inputs = load_deployment(options.environment);
  if (!inputs) return complain_of(inputs.error());
  for (const std::string& warning : inputs->environment.warnings) fmt::print(stderr, "warning: {}\n", warning);
  auto open = open_fleet(inputs->environment, false, real_runtime(told_to_stop()));
  if (!open) return complain_of(open.error());
  const auto seen = open->fleet->servers();
  if (!seen) return complain_of(seen.error());
  fmt::print("{}: {} hosts, {} services, {} balancers with {} servers: all answer\n", inputs->environment.name,
             inputs->environment.hosts.size(), inputs->services.size(), inputs->environment.balancers.size(), seen->size());
  return kOk;
}

Result<std::vector<Deployed>> deployed_in(const Environment& environment) {
  TRY(open, open_fleet(environment, false, real_runtime(told_to_stop())));
  TRY(known, releases(*open.fleet, environment.name, {}));
  std::map<std::string, std::set<std::string>> hosts_by_composition, digests_by_composition;
  std::map<std::string, HostTarget> nothing;
  TRY(hosts, open.fleet->observe_all(nothing, {}));
  for (const HostState& host : hosts)
    for (const ContainerState& container : host.containers) {
      const std::string composition(container.get(label::kComposition));
      digests_by_composition[composition].insert(std::string(container.get(label::kDigest)));
      if (container.running()) hosts_by_composition[composition].insert(host.host);
    }
  for (const Release& release : known) {  // one that cannot be read is an error: its images would be thought unneeded
    TRY(lock, read_lock(release.lock_text, release.composition, "record of " + release.rollout));
    for (const Component& component : lock.components)
      digests_by_composition[release.composition].insert(component.image.digest);
  }
  std::vector<Deployed> all;
  for (const auto& [composition, digests] : digests_by_composition) {
    const std::size_t running = hosts_by_composition[composition].size();
    all.push_back({.composition = composition,
                   .where = running == 0              ? ""
                            : running == hosts.size() ? fmt::format("{} hosts", running)
                                                      : fmt::format("{} of {} hosts", running, hosts.size()),
                   .digests = {digests.begin(), digests.end()}});
  }
  return all;
}

}  // namespace longshore::deployer
