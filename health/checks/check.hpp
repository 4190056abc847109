// What is looked at, how often, and how: one Check for each probe and container of the configuration.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "health/config/config.hpp"
#include "health/decision/check_state.hpp"

namespace longshore::health {

struct Check {
  std::string name;
  std::string what;  // equal texts: the same check, as far as it was configured
  base::Duration interval;
  Damping damping;
  std::function<Outcome()> look;  // blocks, with a deadline; any thread
};

std::vector<Check> checks_of(const Config& config);

}  // namespace longshore::health
