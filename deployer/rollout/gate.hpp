// Whether a node that has taken traffic again does well: its containers, the balancers' counters, its log, and the alerts of
// shipper on its host. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "deployer/environment/environment.hpp"
#include "deployer/fleet/state.hpp"
#include "deployer/report/event.hpp"
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

// What a gate has seen, for the reports; and why it stops the rollout, if it does: "lb1: 3 answers with 5xx since …".
struct Reading {
  GateResult result;
  std::string why;
};

class Watch {
 public:
  // `before`: as it was when the node came back, the reference for counters, restarts and alerts.
  Watch(const Gates& gates, std::vector<Seat> seats, Observation before);

  // One for each gate; `why` of the first that is not passed is the reason to stop.
  std::vector<Reading> read(const Observation& now) const;

 private:
  void read_containers(const Observation& now, std::vector<Reading>& readings) const;
  void read_counters(const ServerState& server, const Observation& now, std::vector<Reading>& readings) const;
  void read_alerts(const Observation& now, std::vector<Reading>& readings) const;
  ServerState before(const ServerState& server) const;  // zero where it was not seen

  const Gates& gates_;
  std::vector<Seat> seats_;
  Observation before_;
  std::map<std::string, ServerState> servers_before_;  // by balancer/backend/server
};

}  // namespace longshore::deployer
