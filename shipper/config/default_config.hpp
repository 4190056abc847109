// What shipper runs when it is given no configuration: everything on loopback, no account needed.
#pragma once

#include <string>

#include "common/config/outside.hpp"

namespace longshore::shipper {

// YAML: loopback listeners, a unix socket and an archive in `data_dir`, the host's own log files, alerts in a file there;
// Loggly and OpsGenie where the environment has LOGGLY_TOKEN and OPSGENIE_API_KEY. Both folders are made absolute from the
// working directory; no rules if `rules_dir` is empty.
std::string default_config(const std::string& data_dir, const std::string& rules_dir,
                           const config::Outside& outside = config::real_outside());

}  // namespace longshore::shipper
