// The sink that a test alert goes to: one of a configuration's, or one described on the command line, read by the same
// table.
#pragma once

#include "common/base/result.hpp"
#include "rules/commands/commands.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

// Reads the configuration and the sinks' secrets. Of the configuration only `alerts:` is looked at.
base::Result<AlertSinkOptions> choose_sink(const SendTestOptions& options);

}  // namespace longshore::rules
