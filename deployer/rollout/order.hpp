// In which order hosts are worked on: what serves nobody comes first, then what an earlier run of the same rollout has
// begun, which is looked at, mended and watched again, then the rest as planned. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deployer/rollout/plan.hpp"

namespace longshore::deployer {

struct Order {
  std::vector<std::vector<std::string>> waves;  // the first is one host
  std::size_t started = 0;                      // hosts on which an earlier run has started containers
};
Order order_of_work(const Plan& plan, const std::vector<HostState>& hosts, const std::map<std::string, HostTarget>& targets,
                    std::string_view rollout, std::size_t wave);

// Of all hosts, for going back.
std::vector<std::string> order_of_return(const std::vector<HostState>& hosts,
                                         const std::map<std::string, HostTarget>& targets, std::string_view rollout);

// The rollout has made or retired something there; so it may have told the node to leave.
bool is_begun(const HostState& host, std::string_view rollout);

}  // namespace longshore::deployer
