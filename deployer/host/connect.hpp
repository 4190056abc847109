// A host of an environment, connected.
#pragma once

#include <memory>

#include "common/base/result.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/fleet/host.hpp"

namespace longshore::deployer {

// Opens the way to the host's Docker daemon and asks for its version. Blocks half a minute at most once it is its turn: a
// few are opened at a time. Any thread, several at once for different hosts; the result may wander between threads.
// Code::invalid (not a usable entry), permission (keys, certificates), not_found (no such host), unavailable, timeout: the
// message names the host and what to do.
base::Result<std::unique_ptr<Host>> connect(const HostEntry& entry);

}  // namespace longshore::deployer
