// What all parts of one rollout share. Lives as long as it.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "deployer/environment/environment.hpp"
#include "deployer/report/event.hpp"
#include "deployer/rollout/wanted.hpp"
#include "deployer/run/fleet.hpp"
#include "deployer/run/lock.hpp"

namespace longshore::deployer {

struct Context {
  const Environment& environment;
  const Target& target;
  Fleet& fleet;
  Lock& lock;
  Reporter& reporter;
  std::string rollout;             // id
  std::set<std::string> given_up;  // hosts out of reach that are left out

  // Nodes that were let go and may still be counted as serving; guarded by `gate`, as is the decision itself.
  std::mutex gate;
  std::set<Seat> on_the_way;
  std::uint64_t wave = 1;  // nodes that may be out at once, now

  base::Timestamp now() const { return fleet.runtime().now(); }
  void sleep(base::Duration duration) const { fleet.runtime().sleep(duration); }
  bool told_to_stop() const { return fleet.runtime().stop != nullptr && *fleet.runtime().stop; }

  void report(Level level, const std::string& host, const std::string& component, const std::string& step, Phase phase,
              const std::string& text, const std::string& detail = {}) {
    reporter.on({.at = now(),
                 .level = level,
                 .host = host,
                 .component = component,
                 .step = step,
                 .phase = phase,
                 .text = text,
                 .detail = detail});
  }
  const HostEntry& entry(const std::string& host) const {
    for (const HostEntry& one : environment.hosts)
      if (one.name == host) return one;
    return environment.hosts.front();
  }
  const Placement& placement(const std::string& component) const {
    for (const Placement& one : environment.components)
      if (one.component == component) return one;
    static const Placement kNone{};
    return kNone;
  }
};

}  // namespace longshore::deployer
