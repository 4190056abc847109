// The end of a rollout that has succeeded: it is recorded, and what nobody needs any more is removed.
#pragma once

#include <map>
#include <string>

#include "common/base/result.hpp"
#include "deployer/run/context.hpp"
#include "deployer/run/records.hpp"

namespace longshore::deployer {

// Records the release on every host; removes old containers and images but for what a rollback and the last releases need;
// stops orphans if asked to.
base::Result<void> run_commit(Context& context, const std::map<std::string, HostTarget>& targets, const Release& release,
                              bool remove_orphans);

}  // namespace longshore::deployer
