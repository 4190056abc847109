// What a rollout asks of a load balancer. Every call blocks, with a deadline of its own; errors name the balancer. One
// thread at a time.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/fleet/state.hpp"

namespace longshore::deployer {

class Balancer {
 public:
  virtual ~Balancer() = default;
  virtual const std::string& name() const = 0;

  // All servers of all backends now. Code::unavailable, timeout, corrupt.
  virtual base::Result<std::vector<ServerState>> servers() = 0;

  // Only where the environment's drain driver is `haproxy` (runtime API): tells this balancer by itself. Idempotent.
  virtual base::Result<void> drain(const std::string& backend, const std::string& server) = 0;
  virtual base::Result<void> ready(const std::string& backend, const std::string& server) = 0;
};

}  // namespace longshore::deployer
