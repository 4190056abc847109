// Tells the shipper on each host that a deploy begins or is over there, so that rules know of it, and its line is found
// among the host's own.
#pragma once

#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "deployer/fleet/host.hpp"

namespace longshore::deployer {

// POST of `body` (shipper_json) to SHIPPER/annotations on all hosts at once, a thread a host: nobody else may use a Host
// meanwhile. Returns what did not work, a sentence each; it never stops a rollout.
std::vector<std::string> annotate_hosts(const std::vector<Host*>& hosts, const std::string& shipper, const std::string& body,
                                        base::Duration deadline = std::chrono::seconds(3));

}  // namespace longshore::deployer
