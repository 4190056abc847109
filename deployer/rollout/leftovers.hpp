// What a finished rollout leaves on a host that nobody needs any more. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

// Ids of containers of the target's components that do not run and that no rollback needs: candidates, failed ones, and
// retired ones but for the newest of each component.
std::vector<std::string> containers_to_remove(const HostState& host, const HostTarget& target);

// Images (REPOSITORY@DIGEST) of the repositories in `repositories` that no container on the host uses and that are not in
// `keep` (digests).
std::vector<std::string> images_to_remove(const HostState& host, const std::set<std::string>& repositories,
                                          const std::set<std::string>& keep);

}  // namespace longshore::deployer
