// Whether a node that has taken traffic again does well: its containers, the balancers' counters, its log, and the alerts of
// shipper on its host. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "deployer/environment/environment.hpp"
#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

struct SeenAlert {
  std::string rule, alias, at, message;  // `at`: RFC 3339, when it was last told, or ended
  bool open = false;
};

// What is seen of a node and of the others, once while it is watched.
struct Observation {
  std::vector<ContainerState> containers;  // that the rollout has started on this host
  std::vector<ServerState> fleet;          // all servers, of all balancers
  std::vector<SeenAlert> alerts;           // that shipper on the host lists, those that have ended too
  std::vector<std::string> log_matches;    // lines of the new containers that match the pattern
};

class Watch {
 public:
  // `before`: as it was when the node came back, the reference for counters, restarts and alerts.
  Watch(const Gates& gates, std::vector<Seat> seats, Observation before);

  // Empty: nothing wrong so far. Otherwise what, for people: "lb1: 3 answers with 5xx since it is in rotation (allowed: 0)".
  std::string judge(const Observation& now) const;

 private:
  std::string judge_containers(const Observation& now) const;
  std::string judge_counters(const Observation& now) const;
  std::string judge_alerts(const Observation& now) const;

  const Gates& gates_;
  std::vector<Seat> seats_;
  Observation before_;
  std::map<std::string, ServerState> servers_before_;  // by balancer/backend/server
};

}  // namespace longshore::deployer
