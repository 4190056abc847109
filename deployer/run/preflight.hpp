// Everything that can be known to fail is found before anything is touched; then images are brought to every host at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/run/context.hpp"

namespace longshore::deployer {

// Hosts answer, their clocks agree, their disks have room, and each of their daemons reaches the registry and is let in for
// each image that it does not have yet. All that is wrong, a line each.
base::Result<void> run_preflight(Context& context, const std::vector<HostState>& hosts,
                                 const std::map<std::string, HostTarget>& targets);

// By digest, on all hosts at once. Images that are there are not asked for.
base::Result<void> pull_everywhere(Context& context, const std::vector<HostState>& hosts,
                                   const std::map<std::string, HostTarget>& targets);

}  // namespace longshore::deployer
