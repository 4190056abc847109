// Connects to the hosts and balancers of an environment.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "common/base/result.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/run/fleet.hpp"

namespace longshore::deployer {

struct OpenFleet {
  std::unique_ptr<Fleet> fleet;
  std::set<std::string> skipped;     // hosts that did not answer and are left out
  std::vector<std::string> because;  // why, a sentence each
};

// All hosts at once. One that cannot be reached is an error, or left out if `skip_unreachable`. With a host that is left out
// the fleet counts it all the same: the lock needs more than half of all.
base::Result<OpenFleet> open_fleet(const Environment& environment, bool skip_unreachable, const Runtime& runtime);

}  // namespace longshore::deployer
