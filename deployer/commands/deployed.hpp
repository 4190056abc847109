// Which compositions an environment's hosts know.
#pragma once

#include <vector>

#include "common/base/result.hpp"
#include "deployer/commands/surroundings.hpp"

namespace longshore::deployer {

// Asks every host. The error of one that does not answer.
base::Result<std::vector<Deployed>> deployed_in(const Environment& environment);

}  // namespace longshore::deployer
