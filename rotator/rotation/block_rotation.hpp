// The rotation of all logs of one block, with its scripts: each log by itself, or all together where scripts are shared.
#pragma once

#include "rotator/policy/policy.hpp"
#include "rotator/rotation/run.hpp"
#include "rotator/rotation/state_store.hpp"

namespace longshore::rotator {

// False: something failed; it was told. What failed with one log keeps no other from being rotated, unless they share
// scripts.
bool rotate_block(const Run& run, const Block& block, StateStore& state);

}  // namespace longshore::rotator
