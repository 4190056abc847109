// Which of a host's containers belong to a component, and in which role. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

enum class Role {
  active,  // NAME
  next,    // NAME.next.ROLLOUT: made, not started
  prev,    // NAME.prev.ROLLOUT: what was active before
  failed,  // NAME.failed.ROLLOUT: did not pass, kept until the commit for people to look at
  other,   // of the component by its labels, but with a name that deployer did not give
};

Role role_of(const ContainerState& container, std::string_view active_name);
// "web.prev.R", or "web.prev.R-2" where that is taken.
std::string name_for(Role role, std::string_view active_name, std::string_view rollout, const HostState& host);

// Made by deployer for this component.
bool belongs(const ContainerState& container, const Wanted& wanted);
// It is what is wanted, whatever its name; one that failed is not.
bool matches(const ContainerState& container, const Wanted& wanted);

// The container that has the active name, whoever made it; null if there is none.
const ContainerState* holder(const HostState& host, const Wanted& wanted);
// The best container that is what is wanted: the active one, a running one, a candidate, the latest retired one. Null: none.
const ContainerState* find_match(const HostState& host, const Wanted& wanted);

// The host's servers that stand for the seats, in every balancer.
std::vector<const ServerState*> seats_of(const HostState& host, const std::vector<Seat>& seats);
bool all_in(const HostState& host, const std::vector<Seat>& seats);  // true if there are none

}  // namespace longshore::deployer
