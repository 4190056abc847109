// What the options of an environment must be to each other. Pure.
#pragma once

#include "common/config/spot.hpp"
#include "deployer/environment/environment.hpp"

namespace longshore::deployer {

// `spot`: the environment's root, whose problems are mistakes; `warn`: the same, for what is allowed and hardly meant.
void check_environment(const Environment& environment, const config::Spot& spot, const config::Spot& warn);

}  // namespace longshore::deployer
