// The hosts and balancers of an environment, looked at together. Any thread; a host is used by one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/fleet/balancer.hpp"
#include "deployer/fleet/host.hpp"
#include "deployer/rollout/wanted.hpp"
#include "deployer/run/runtime.hpp"

namespace longshore::deployer {

class Fleet {
 public:
  // `absent`: hosts of the environment that are not connected. They are among names(), and are always in `skipped`.
  Fleet(std::string environment, std::vector<std::unique_ptr<Host>> hosts, std::vector<std::unique_ptr<Balancer>> balancers,
        Runtime runtime, const std::vector<std::string>& absent = {});

  Host& host(const std::string& name) { return *hosts_.at(name); }
  const std::vector<std::string>& names() const { return names_; }
  const Runtime& runtime() const { return runtime_; }

  // Every server of every balancer, now. An error if one of them cannot be read: what it does is not known.
  base::Result<std::vector<ServerState>> servers();
  // Called with every answer of servers(), one at a time.
  void on_servers(std::function<void(const std::vector<ServerState>&)> look) { on_servers_ = std::move(look); }
  std::vector<std::unique_ptr<Balancer>>& balancers() { return balancers_; }

  // The host as far as `target` is concerned; its servers are those of the target's seats. `images` are asked for only if
  // wanted.
  base::Result<HostState> observe(const std::string& host, const HostTarget& target, bool images = false);
  // Of all hosts, at once; an error for each that did not answer. `skipped`: not asked.
  base::Result<std::vector<HostState>> observe_all(const std::map<std::string, HostTarget>& targets,
                                                   const std::set<std::string>& skipped, bool images = false);

  // Calls `work` for each host on a thread of its own; all errors in one, a line each.
  base::Result<void> on_each(const std::vector<std::string>& hosts, const std::function<base::Result<void>(Host&)>& work);

 private:
  base::Result<HostState> look(const std::string& host, const HostTarget& target, const std::vector<ServerState>& servers,
                               bool images);

  std::string environment_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Balancer>> balancers_;
  Runtime runtime_;
  std::mutex balancer_mutex_;
  std::function<void(const std::vector<ServerState>&)> on_servers_;
};

}  // namespace longshore::deployer
