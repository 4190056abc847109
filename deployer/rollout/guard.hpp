// Whether a node may leave the balancers now, as they count. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "deployer/environment/environment.hpp"
#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

struct LeaveRequest {
  std::vector<Seat> seats;    // of the node that wants to leave
  std::set<Seat> on_the_way;  // of nodes that have been let go already, though the balancers may still count them
  std::set<Seat> given_up;    // of hosts that are out of reach and left out of this rollout
  std::uint64_t wave = 1;     // nodes that may be out at once
};

// Empty: it may. Otherwise why not, for people: "lb1: web would be left with 1 of 3 servers, the floor is 2".
// For every balancer and backend: of the others must stay in rotation at least the floor, and at least all but `wave`. A
// node that is out already may always go: it serves nobody.
std::string why_not_leave(const std::vector<ServerState>& fleet, const LeaveRequest& request, const Policy& policy);

// Servers in rotation, of the backend and balancer of `seats` that has fewest.
std::size_t lowest_serving(const std::vector<ServerState>& fleet, const std::vector<Seat>& seats);

}  // namespace longshore::deployer
