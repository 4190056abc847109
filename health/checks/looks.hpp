// The three ways to look. Each blocks until it knows or its time is over; any thread.
#pragma once

#include <string>

#include "common/docker/engine.hpp"
#include "health/config/config.hpp"
#include "health/decision/check_state.hpp"

namespace longshore::health {

// Passes if the answer has the status, and the text in its first MiB.
Outcome look_at_http(const ProbeOptions& probe);
// Passes if a connection is accepted.
Outcome look_at_tcp(const ProbeOptions& probe);
// Passes if all that `container` names run and none is unhealthy or has yet to become healthy. Unknown while the Docker
// daemon cannot be asked: containers may well run without it.
Outcome look_at_container(const docker::Engine& engine, const std::string& container);

}  // namespace longshore::health
