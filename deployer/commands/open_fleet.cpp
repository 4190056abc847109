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

namespace {

// A balancer that is reached through a host: over a connection of its own, for a host is used by one thread at a time. The
// tunnel is asked for anew with every call, since a connection that broke has been opened again.
class ThroughHost final : public Balancer {
 public:
  ThroughHost(BalancerEntry entry, std::unique_ptr<Host> host) : entry_(std::move(entry)), host_(std::move(host)) {}

  const std::string& name() const override { return entry_.name; }
  Result<std::vector<ServerState>> servers() override {
    TRY(socket, host_->tunnel(entry_.url));
    return connect(entry_, socket)->servers();
  }
  Result<void> drain(const std::string& backend, const std::string& server) override {
    TRY(socket, host_->tunnel(entry_.url));
    return connect(entry_, socket)->drain(backend, server);
  }
  Result<void> ready(const std::string& backend, const std::string& server) override {
    TRY(socket, host_->tunnel(entry_.url));
    return connect(entry_, socket)->ready(backend, server);
  }

 private:
  BalancerEntry entry_;
  std::unique_ptr<Host> host_;
};

Result<std::unique_ptr<Balancer>> open_balancer(const BalancerEntry& entry, const Environment& environment) {
  if (entry.via.empty()) return connect(entry);
  const auto through = std::find_if(environment.hosts.begin(), environment.hosts.end(),
                                    [&](const HostEntry& host) { return host.name == entry.via; });
  auto host = connect(*through);  // the environment's check has found it
  if (!host)
    return fail(host.error().code, fmt::format("{} is reached through {}: {}", entry.name, entry.via, host.error().message));
  return std::make_unique<ThroughHost>(entry, std::move(*host));
}

}  // namespace

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
  if (!open.skipped.empty() && !skip_unreachable)
    return fail(Code::unavailable, fmt::format("{}", fmt::join(open.because, "\n")));

  std::vector<std::unique_ptr<Balancer>> balancers;
  for (const BalancerEntry& entry : environment.balancers) {
    TRY(balancer, open_balancer(entry, environment));
    balancers.push_back(std::move(balancer));
  }
  open.fleet = std::make_unique<Fleet>(environment.name, std::move(hosts), std::move(balancers), runtime, absent);
  return open;
}

}  // namespace longshore::deployer
