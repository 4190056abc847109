// Tells a node to leave or to enter the balancers, in the way that the environment has chosen. Idempotent.
#pragma once

#include "common/base/result.hpp"
#include "deployer/run/context.hpp"

namespace longshore::deployer {

// A node without a health container yet has nobody to be told: it is out already.
base::Result<void> tell_to_leave(Context& context, Host& host, const std::vector<Seat>& seats);
base::Result<void> tell_to_enter(Context& context, Host& host, const std::vector<Seat>& seats);

}  // namespace longshore::deployer
