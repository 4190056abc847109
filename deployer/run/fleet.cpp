#include "deployer/run/fleet.hpp"

#include <algorithm>

namespace longshore::deployer {

using base::Code;
using base::fail;
using base::Result;

Fleet::Fleet(std::string environment, std::vector<std::unique_ptr<Host>> hosts,
             std::vector<std::unique_ptr<Balancer>> balancers, Runtime runtime, const std::vector<std::string>& absent)
    : environment_(std::move(environment)), balancers_(std::move(balancers)), runtime_(std::move(runtime)) {
  for (auto& host : hosts) {
    names_.push_back(host->name());
    hosts_.emplace(host->name(), std::move(host));
  }
  names_.insert(names_.end(), absent.begin(), absent.end());
}

Result<std::vector<ServerState>> Fleet::servers() {
  const std::scoped_lock lock(balancer_mutex_);
  std::vector<ServerState> all;
  for (const auto& balancer : balancers_) {
    TRY(servers, balancer->servers());
    all.insert(all.end(), std::make_move_iterator(servers.begin()), std::make_move_iterator(servers.end()));
  }
  if (on_servers_) on_servers_(all);
  return all;
}

Result<HostState> Fleet::look(const std::string& name, const HostTarget& target, const std::vector<ServerState>& servers,
                              bool images) {
  HostState state{.host = name, .containers = {}, .servers = {}, .images = {}};
  std::vector<std::string> wanted;
  for (const Wanted& one : target) wanted.push_back(one.container);
  TRY(containers, host(name).containers(environment_, wanted));
  state.containers = std::move(containers);
  for (const ServerState& server : servers)
    for (const Wanted& one : target)
      if (std::find(one.seats.begin(), one.seats.end(), Seat{server.backend, server.server}) != one.seats.end()) {
        state.servers.push_back(server);
        break;
      }
  if (images) {
    TRY(present, host(name).images());
    state.images = std::move(present);
  }
  return state;
}

Result<HostState> Fleet::observe(const std::string& name, const HostTarget& target, bool images) {
  const bool fronted = std::any_of(target.begin(), target.end(), [](const Wanted& one) { return !one.seats.empty(); });
  std::vector<ServerState> seen;
  if (fronted) {
    TRY(now, servers());
    seen = std::move(now);
  }
  return look(name, target, seen, images);
}

Result<std::vector<HostState>> Fleet::observe_all(const std::map<std::string, HostTarget>& targets,
                                                  const std::set<std::string>& skipped, bool images) {
  TRY(seen, servers());
  std::vector<std::string> asked;
  for (const std::string& name : names_)
    if (!skipped.contains(name)) asked.push_back(name);
  std::map<std::string, HostState> states;
  std::mutex mutex;
  static const HostTarget kNothing;
  const auto looked = on_each(asked, [&](Host& host) -> Result<void> {
    const auto found = targets.find(host.name());
    TRY(state, look(host.name(), found == targets.end() ? kNothing : found->second, seen, images));
    const std::scoped_lock lock(mutex);
    states.emplace(host.name(), std::move(state));
    return {};
  });
  if (!looked) return fail(looked.error());
  std::vector<HostState> ordered;
  for (const std::string& name : asked) ordered.push_back(std::move(states.at(name)));
  return ordered;
}

Result<void> Fleet::on_each(const std::vector<std::string>& hosts, const std::function<Result<void>(Host&)>& work) {
  std::vector<Result<void>> results(hosts.size());
  std::vector<std::function<void()>> jobs;
  for (std::size_t i = 0; i < hosts.size(); ++i) jobs.push_back([&, i] { results[i] = work(host(hosts[i])); });
  runtime_.parallel(jobs);
  std::string problems;
  Code code = Code::unavailable;
  for (const auto& result : results)
    if (!result) {
      code = result.error().code;
      problems += (problems.empty() ? "" : "\n") + result.error().message;
    }
  if (!problems.empty()) return fail(code, problems);
  return {};
}

}  // namespace longshore::deployer
