// What health tells of itself: /status as JSON, the same for people, and /metrics for Prometheus. Pure.
#pragma once

#include <string>

#include "health/daemon/node.hpp"

namespace longshore::health {

std::string status_json(const Node& node);
std::string status_text(const Node& node);
std::string metrics_text(const Node& node);

}  // namespace longshore::health
