// Tells a writer that its log has moved: by a signal to its container, an HTTP request, a script. Blocks.
#pragma once

#include <string>

#include "common/docker/engine.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

// All that the policy names, each even if another failed. What went wrong, or nothing.
std::string tell_writers(const Policy& policy, const docker::Engine& engine, const std::string& log);

}  // namespace longshore::rotator
