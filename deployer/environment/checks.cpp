#include "deployer/environment/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/config/nearest.hpp"

namespace longshore::deployer {
namespace {

using config::Spot;

// Of `list`, no two items have the same name, which `name` takes from one.
template <class T>
void check_unique(const std::vector<T>& list, std::string T::* name, const char* option, const Spot& items) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!seen.insert(list[i].*name).second)
      items.item(i).option(option).wrong(fmt::format("\"{}\" stands twice", list[i].*name));
}

std::set<std::string> groups_of(const Environment& environment) {
  std::set<std::string> groups{"all"};
  for (const HostEntry& host : environment.hosts) groups.insert(host.groups.begin(), host.groups.end());
  return groups;
}

void check_hosts(const Environment& environment, const Spot& spot) {
  const std::set<std::string> groups = groups_of(environment);
  check_unique(environment.hosts, &HostEntry::name, "name", spot.option("hosts"));
  for (std::size_t i = 0; i < environment.hosts.size(); ++i)
    if (groups.contains(environment.hosts[i].name))
      spot.option("hosts").item(i).option("name").wrong(
          fmt::format("\"{}\" is the name of a group, too: which of them would `hosts` mean?", environment.hosts[i].name));
}

void check_balancers(const Environment& environment, const Spot& spot) {
  const Spot items = spot.option("balancers");
  check_unique(environment.balancers, &BalancerEntry::name, "name", items);
  std::vector<std::string> hosts;
  for (const HostEntry& host : environment.hosts) hosts.push_back(host.name);
  for (std::size_t i = 0; i < environment.balancers.size(); ++i) {
    const BalancerEntry& balancer = environment.balancers[i];
    if (!balancer.via.empty() && std::find(hosts.begin(), hosts.end(), balancer.via) == hosts.end())
      items.item(i).option("via").wrong(config::unknown("host", balancer.via, hosts));
    const bool socket = balancer.url.starts_with("unix://") || balancer.url.starts_with("tcp://");
    if (environment.drain == Drain::haproxy && !socket)
      items.item(i).option("url").wrong(
          "a statistics page cannot be told anything: `drain: haproxy` needs a stats socket of level admin");
  }
}

void check_placements(const Environment& environment, const Spot& spot) {
  const Spot items = spot.option("components");
  std::set<std::string> known = groups_of(environment);
  for (const HostEntry& host : environment.hosts) known.insert(host.name);
  const std::vector<std::string> names(known.begin(), known.end());
  check_unique(environment.components, &Placement::component, "component", items);
  for (std::size_t i = 0; i < environment.components.size(); ++i) {
    const Placement& placement = environment.components[i];
    for (std::size_t j = 0; j < placement.hosts.size(); ++j)
      if (!known.contains(placement.hosts[j]))
        items.item(i).option("hosts").item(j).wrong(config::unknown("host or group", placement.hosts[j], names));
    if (!placement.backend.empty() && environment.balancers.empty())
      items.item(i).option("backend").wrong("needs \"balancers\": nobody could say who is in rotation");
  }
}

// A host that serves a backend must have what balancers ask about it.
void check_health(const Environment& environment, const Spot& spot, const Spot& warn) {
  const auto& components = environment.components;
  const auto health = std::find_if(components.begin(), components.end(),
                                   [&](const Placement& each) { return each.component == environment.health_container; });
  if (health == components.end())
    return warn.option("health_container")
        .wrong(fmt::format("\"{}\" is none of the components: each host must have a container of that name",
                           environment.health_container));
  const auto asked = environment.hosts_of(*health);
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (components[i].backend.empty()) continue;
    for (const HostEntry* const host : environment.hosts_of(components[i]))
      if (std::find(asked.begin(), asked.end(), host) == asked.end())
        spot.option("components")
            .item(i)
            .option("hosts")
            .wrong(fmt::format("host \"{}\" serves backend \"{}\", and has no \"{}\" for balancers to ask", host->name,
                               components[i].backend, environment.health_container));
  }
}

void check_drain(const Environment& environment, const Spot& spot, const Spot& warn) {
  const bool by_health = environment.drain == Drain::health || environment.drain == Drain::health_stop;
  const bool behind = std::any_of(environment.components.begin(), environment.components.end(),
                                  [](const Placement& placement) { return !placement.backend.empty(); });
  if (by_health && environment.health_container.empty())
    spot.option("drain").wrong("needs \"health_container\": the component, or a container of the hosts, that balancers ask");
  if (!by_health && !environment.health_container.empty())
    spot.option("health_container").wrong("is for `drain: health` and `drain: health_stop`");
  if (environment.drain != Drain::none && environment.balancers.empty())
    spot.option("drain").wrong("needs \"balancers\": nobody could say when a node is out of rotation");
  else if (environment.drain != Drain::none && !behind)
    warn.option("drain").wrong("has no effect: no component has a \"backend\"");
  if (environment.drain == Drain::none && behind)
    warn.wrong(
        "components are behind a backend, and are stopped while it sends them requests: write `drain: health` or another");
  if (by_health && !environment.health_container.empty()) check_health(environment, spot, warn);
}

void check_floor(const Environment& environment, const Spot& warn) {
  std::map<std::string, std::size_t> servers;  // by backend
  for (const Placement& placement : environment.components)
    if (!placement.backend.empty())
      servers[placement.backend] = std::max(servers[placement.backend], environment.hosts_of(placement).size());
  for (const auto& [backend, count] : servers) {
    if (environment.policy.floor < count || (count <= 1 && environment.policy.allow_downtime)) continue;
    warn.option("policy").option("floor").wrong(fmt::format(
        "backend \"{}\" has {} server{} here, and {} must stay in rotation: unless it has others, no node may ever "
        "leave, and no rollout begins; {}",
        backend, count, count == 1 ? "" : "s", environment.policy.floor,
        count <= 1 ? "one server is replaced with `allow_downtime: true`" : "lower the floor"));
  }
}

}  // namespace

void check_environment(const Environment& environment, const Spot& spot, const Spot& warn) {
  check_hosts(environment, spot);
  check_balancers(environment, spot);
  check_unique(environment.registries, &RegistryEntry::host, "host", spot.option("registries"));
  check_placements(environment, spot);
  check_drain(environment, spot, warn);
  check_floor(environment, warn);
}

}  // namespace longshore::deployer
