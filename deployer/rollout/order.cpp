#include "deployer/rollout/order.hpp"

#include <algorithm>

#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

bool is_started(const HostState& host, std::string_view rollout) {
  return std::any_of(host.containers.begin(), host.containers.end(), [&](const ContainerState& container) {
    return container.get(label::kRollout) == rollout && container.started_at.ns != 0 &&
           container.name.find(".failed.") == std::string::npos;
  });
}

int urgency(const HostState& host, const HostTarget& target, std::string_view rollout) {
  for (const Wanted& wanted : target)
    if (!all_in(host, wanted.seats)) return 0;
  return is_begun(host, rollout) ? 1 : 2;
}

void sort_by_urgency(std::vector<const HostState*>& hosts, const std::map<std::string, HostTarget>& targets,
                     std::string_view rollout) {
  const auto rank = [&](const HostState* host) { return urgency(*host, targets.at(host->host), rollout); };
  std::stable_sort(hosts.begin(), hosts.end(), [&](const HostState* a, const HostState* b) { return rank(a) < rank(b); });
}

}  // namespace

bool is_begun(const HostState& host, std::string_view rollout) {
  const std::string retired = ".prev." + std::string(rollout);
  return std::any_of(host.containers.begin(), host.containers.end(), [&](const ContainerState& container) {
    return container.get(label::kRollout) == rollout || container.name.find(retired) != std::string::npos;
  });
}

Order order_of_work(const Plan& plan, const std::vector<HostState>& hosts, const std::map<std::string, HostTarget>& targets,
                    std::string_view rollout, std::size_t wave) {
  Order order;
  std::vector<const HostState*> work;
  for (const auto& planned : plan.waves)
    for (const std::string& name : planned)
      work.push_back(&*std::find_if(hosts.begin(), hosts.end(), [&](const HostState& host) { return host.host == name; }));
  for (const HostState& host : hosts) {
    if (!targets.contains(host.host) || !is_begun(host, rollout)) continue;
    if (std::find(work.begin(), work.end(), &host) == work.end()) work.push_back(&host);
    if (is_started(host, rollout)) ++order.started;
  }
  sort_by_urgency(work, targets, rollout);
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (i <= 1 || order.waves.back().size() >= wave) order.waves.emplace_back();
    order.waves.back().push_back(work[i]->host);
  }
  return order;
}

std::vector<std::string> order_of_return(const std::vector<HostState>& hosts,
                                         const std::map<std::string, HostTarget>& targets, std::string_view rollout) {
  std::vector<const HostState*> work;
  for (const HostState& host : hosts)
    if (targets.contains(host.host)) work.push_back(&host);
  sort_by_urgency(work, targets, rollout);
  std::vector<std::string> names;
  for (const HostState* host : work) names.push_back(host->host);
  return names;
}

}  // namespace longshore::deployer
