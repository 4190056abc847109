#include "deployer/rollout/change.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/base/crc32c.hpp"
#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

std::map<std::string, std::string> parts_in(std::string_view label) {
  std::map<std::string, std::string> parts;
  while (!label.empty()) {
    const std::size_t end = std::min(label.find('\n'), label.size());
    const std::string_view line = label.substr(0, end);
    if (const std::size_t equals = line.rfind('='); equals != line.npos)
      parts.emplace(line.substr(0, equals), line.substr(equals + 1));
    label.remove_prefix(std::min(end + 1, label.size()));
  }
  return parts;
}

std::vector<std::string> keys_that_differ(std::string_view old_label, std::string_view new_label) {
  const auto before = parts_in(old_label), after = parts_in(new_label);
  std::set<std::string> keys;
  for (const auto& [key, sum] : before)
    if (const auto found = after.find(key); found == after.end() || found->second != sum) keys.insert(key);
  for (const auto& [key, sum] : after)
    if (!before.contains(key)) keys.insert(key);
  return {keys.begin(), keys.end()};
}

std::string version_of(std::string_view tag, std::string_view digest) {
  return tag.empty() ? std::string(digest.substr(0, 19)) : std::string(tag);
}

Change compare(const HostState& host, const Wanted& wanted, const Target& whole) {
  Change change{.host = host.host,
                .component = wanted.component,
                .from = {},
                .to = version_of(wanted.tag, wanted.digest),
                .keys = {},
                .why = {}};
  const ContainerState* active = holder(host, wanted);
  for (const ContainerState& container : host.containers)
    if (belongs(container, wanted) && container.name != wanted.container && container.status == "running")
      return change.kind = Kind::drift, change.why = fmt::format("{} runs too", container.name), change;
  if (active == nullptr) {
    const ContainerState* match = find_match(host, wanted);
    if (match != nullptr && match->running())
      return change.kind = Kind::drift, change.why = fmt::format("it is called {}", match->name), change;
    return change.kind = Kind::create, change.why = "there is none yet", change;
  }
  if (!belongs(*active, wanted)) {
    change.foreign = true;
    change.kind = Kind::drift;
    change.why = fmt::format("{} is a container that deployer did not make ({})", active->name, active->image);
    return change;
  }
  change.from = version_of(active->get(label::kTag), active->get(label::kDigest));
  if (active->get(label::kDigest) != wanted.digest) {
    if (change.from == change.to) {  // a supplier's tag that has moved
      change.from = active->get(label::kDigest).substr(0, 19);
      change.to = wanted.digest.substr(0, 19);
    }
    return change.kind = Kind::update, change;
  }
  if (active->get(label::kSpec) != wanted.spec) {
    change.kind = Kind::config;
    change.keys = keys_that_differ(active->get(label::kParts), labels_of(whole, wanted, "")[label::kParts]);
    return change;
  }
  if (!active->running()) return change.kind = Kind::restart, change.why = "it is " + active->status, change;
  if (active->health == Health::unhealthy) return change.kind = Kind::restart, change.why = "it is unhealthy", change;
  if (active->health == Health::starting)
    return change.kind = Kind::restart, change.why = "it has not become healthy yet", change;
  for (const ServerState* server : seats_of(host, wanted.seats))
    if (server->rotation != Rotation::in)
      return change.kind = Kind::undrain, change.why = fmt::format("{} says {}", server->balancer, server->status), change;
  if (active->restart_policy != wanted.restart)
    return change.kind = Kind::restart, change.why = fmt::format("its restart policy is {}", active->restart_policy), change;
  return change;
}

}  // namespace

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::noop:
      return "NOOP";
    case Kind::create:
      return "CREATE";
    case Kind::update:
      return "UPDATE";
    case Kind::config:
      return "CONFIG";
    case Kind::restart:
      return "RESTART-UNHEALTHY";
    case Kind::undrain:
      return "UNDRAIN";
    case Kind::drift:
      return "DRIFT";
    case Kind::orphan:
      return "ORPHAN";
  }
  return "";
}

std::vector<Change> changes_of(const HostState& host, const HostTarget& target, const Target& whole) {
  std::vector<Change> changes;
  std::set<std::string_view> wanted_components;
  for (const Wanted& wanted : target) {
    wanted_components.insert(wanted.component);
    changes.push_back(compare(host, wanted, whole));
  }
  for (const ContainerState& container : host.containers) {
    const std::string_view component = container.get(label::kComponent);
    if (component.empty() || container.get(label::kEnvironment) != whole.environment ||
        wanted_components.contains(component))
      continue;
    if (container.status != "running" && container.status != "restarting") continue;  // retired ones go at the commit
    changes.push_back({.host = host.host,
                       .component = std::string(component),
                       .kind = Kind::orphan,
                       .from = std::string(container.get(label::kTag)),
                       .to = {},
                       .keys = {},
                       .why = fmt::format("{} runs, and nothing places it here", container.name)});
  }
  return changes;
}

std::string sentence(const Change& change) {
  std::string text = name_of(change.kind);
  if (change.kind == Kind::update) return fmt::format("{} {} → {}", text, change.from, change.to);
  if (change.kind == Kind::create) return fmt::format("{} {}", text, change.to);
  if (change.kind == Kind::config) return fmt::format("{} {}", text, fmt::join(change.keys, ", "));
  if (!change.why.empty()) text += ": " + change.why;
  return text;
}

std::string fingerprint(const std::vector<HostState>& hosts) {
  std::vector<std::string> facts;
  for (const HostState& host : hosts) {
    for (const ContainerState& c : host.containers)
      facts.push_back(
          fmt::format("{} {} {} {} {} {}", host.host, c.id, c.name, c.status, static_cast<int>(c.health), c.restart_policy));
    for (const ServerState& s : host.servers)
      facts.push_back(
          fmt::format("{} {} {} {} {}", host.host, s.balancer, s.backend, s.server, static_cast<int>(s.rotation)));
  }
  std::sort(facts.begin(), facts.end());
  std::uint32_t sum = 0;
  for (const std::string& fact : facts) sum = base::crc32c(fact + "\n", sum);
  return fmt::format("{:08x}", sum);
}

}  // namespace longshore::deployer
