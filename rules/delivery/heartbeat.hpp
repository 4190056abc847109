// "I am alive", as a request to OpsGenie's heartbeats or to Jira Service Management's, which have an address and a
// credential of their own. An answer does not prove that the heartbeat exists. Pure.
#pragma once

#include <optional>

#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

// Nothing if none is asked for.
std::optional<AlertRequest> heartbeat_request(const AlertSinkOptions& options);

}  // namespace longshore::rules
