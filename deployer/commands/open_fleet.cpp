#include "deployer/commands/open_fleet.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "deployer/balancer/connect.hpp"
#include "deployer/host/connect.hpp"

namespace longshore::deployer {

using base::Code;
using base::fail;
using base::Result;

Result<OpenFleet> open_fleet(const Environment& environment, bool skip_unreachable, const Runtime& runtime) {
  std::vector<Result<std::unique_ptr<Host>>> opened;
  for (std::size_t i = 0; i < environment.hosts.size(); ++i) opened.emplace_back(nullptr);
  std::vector<std::function<void()>> work;
  for (std::size_t i = 0; i < environment.hosts.size(); ++i)
    work.push_back([&, i] { opened[i] = connect(environment.hosts[i]); });
  runtime.parallel(work);

  OpenFleet open;
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<std::string> absent;
  for (std::size_t i = 0; i < opened.size(); ++i) {
    if (opened[i]) {
      hosts.push_back(std::move(*opened[i]));
    } else {
      open.because.push_back(opened[i].error().message);
      open.skipped.insert(environment.hosts[i].name);
      absent.push_back(environment.hosts[i].name);
    }
  }
  if (!open.skipped.empty() && !skip_unreachable) return fail(Code::unavailable, fmt::format("{}", fmt::join(open.because, "\n")));

  std::vector<std::unique_ptr<Balancer>> balancers;
  for (const BalancerEntry& entry : environment.balancers) {
    std::string socket;
    if (!entry.via.empty()) {
      const auto through = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return host->name() == entry.via; });
      if (through == hosts.end()) return fail(Code::unavailable, fmt::format("{} is reached through {}, which does not answer", entry.name, entry.via));
      TRY(path, (*through)->tunnel(entry.url));
      socket = std::move(path);
    }
    balancers.push_back(connect(entry, socket));
  }
  open.fleet = std::make_unique<Fleet>(environment.name, std::move(hosts), std::move(balancers), runtime, absent);
  return open;
}

}  // namespace longshore::deployer
