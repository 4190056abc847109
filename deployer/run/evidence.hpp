// What is kept of a failure for people, and who answers after all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deployer/run/context.hpp"

namespace longshore::deployer {

// Before the new containers of the host are stopped: how each is, what it has said last, and what its probes have seen. Into
// those of `results` that are of this host.
void collect_evidence(Context& context, const std::string& host, const HostTarget& target,
                      const std::vector<std::string>& probes, std::vector<NodeResult>& results);

// What runs on hosts that were seen.
std::vector<Serving> who_serves(const std::vector<HostState>& hosts, const std::map<std::string, HostTarget>& targets);

}  // namespace longshore::deployer
