#include "deployer/rollout/wanted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/base/crc32c.hpp"
#include "deployer/environment/placeholders.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;

// Depth first over depends_on: what a component needs stands before it.
class StartOrder {
 public:
  explicit StartOrder(const std::map<std::string, Service>& services) : services_(services) {}

  Result<void> add(const std::string& component) {
    if (done_.contains(component)) return {};
    if (!open_.insert(component).second)
      return fail(Code::invalid, fmt::format("depends_on goes in a circle through {}", component));
    for (const std::string& needed : services_.at(component).depends_on)
      if (services_.contains(needed)) TRY_VOID(add(needed));
    done_.insert(component);
    order.push_back(component);
    return {};
  }
  std::vector<std::string> order;

 private:
  const std::map<std::string, Service>& services_;
  std::set<std::string> open_, done_;
};

}  // namespace

std::string fill(const std::string& text, const HostEntry& host) {
  return fill_placeholders(text, {{"host", host.name}, {"address", host.address}});
}

Result<Target> make_target(const Environment& environment, const Composition& lock,
                           const std::map<std::string, Service>& services) {
  Target target{.environment = environment.name, .composition = lock.name, .hosts = {}, .services = {}, .images = {}};
  std::string problems;
  for (const Placement& placement : environment.components) {
    const Component* component = lock.find(placement.component);
    const auto service = services.find(placement.component);
    if (component == nullptr)
      problems += fmt::format("{}: {} is placed, but is not in the composition {}\n", environment.name, placement.component,
                              lock.name);
    else if (component->image.digest.empty())
      problems += fmt::format("{}: {} has no digest: run deployer resolve\n", lock.name, placement.component);
    if (service == services.end())
      problems += fmt::format("{}: {} is placed, but is no service of {}\n", environment.name, placement.component,
                              environment.services);
    if (component == nullptr || service == services.end()) continue;
    target.services.emplace(placement.component, service->second);
    target.images.emplace(placement.component, component->image);
  }
  if (!problems.empty()) return fail(Code::invalid, problems.substr(0, problems.size() - 1));

  StartOrder start(target.services);
  for (const auto& [name, service] : target.services) TRY_VOID(start.add(name));

  for (const std::string& name : start.order) {
    const auto placement = std::find_if(environment.components.begin(), environment.components.end(),
                                        [&](const Placement& p) { return p.component == name; });
    const Service& service = target.services.at(name);
    const Image& image = target.images.at(name);
    for (const HostEntry* host : environment.hosts_of(*placement)) {
      Wanted wanted{.component = name,
                    .container = environment.prefix + name,
                    .digest = image.digest,
                    .spec = service.hash(),
                    .id = {},
                    .tag = image.tag,
                    .restart = service.restart,
                    .seats = {}};
      if (!placement->backend.empty()) wanted.seats.push_back({placement->backend, fill(placement->server, *host)});
      target.hosts[host->name].push_back(std::move(wanted));
    }
  }
  // Without its health container a host answers no balancer: it leaves all of them before that is replaced.
  for (auto& [host, wanted] : target.hosts)
    for (Wanted& health : wanted)
      if (health.component == environment.health_container && environment.drain != Drain::none)
        for (const Wanted& one : wanted)
          if (&one != &health) health.seats.insert(health.seats.end(), one.seats.begin(), one.seats.end());
  return target;
}

std::map<std::string, std::string> labels_of(const Target& target, const Wanted& wanted, std::string_view rollout) {
  std::string parts;
  for (const auto& [key, value] : target.services.at(wanted.component).parts)
    parts += fmt::format("{}{}={:08x}", parts.empty() ? "" : "\n", key, base::crc32c(value));
  return {{label::kEnvironment, target.environment},
          {label::kComponent, wanted.component},
          {label::kComposition, target.composition},
          {label::kDigest, wanted.digest},
          {label::kSpec, wanted.spec},
          {label::kTag, wanted.tag},
          {label::kParts, parts},
          {label::kRollout, std::string(rollout)},
          {label::kRestart, wanted.restart}};
}

std::vector<std::string> unplaced(const Environment& environment, const Composition& lock) {
  std::vector<std::string> names;
  for (const Component& component : lock.components)
    if (std::none_of(environment.components.begin(), environment.components.end(),
                     [&](const Placement& p) { return p.component == component.name; }))
      names.push_back(component.name);
  return names;
}

}  // namespace longshore::deployer
