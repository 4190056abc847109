// What HAProxy tells of its servers: the answer to `show stat`, or its statistics page with `;csv` (management.txt §9.1).
// Columns are found by their names, so that it does not matter which version wrote them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/fleet/state.hpp"

namespace longshore::deployer {

// The servers alone, without frontends, backends and listeners. Code::corrupt: it is no such text, or breaks off.
base::Result<std::vector<ServerState>> read_haproxy_csv(std::string_view csv, const std::string& balancer);

// "UP" in, "NOLB 1/2" stopping, "DOWN" out, "UP 1/3" checking, "no check" unknown; what is not known is unknown.
Rotation rotation_of(std::string_view haproxy_status);

}  // namespace longshore::deployer
