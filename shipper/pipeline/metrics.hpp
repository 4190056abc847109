// /metrics: the status in Prometheus' text format. docs/metrics.md lists every name.
#pragma once

#include <string>

#include "shipper/console/status.hpp"

namespace longshore::shipper {

std::string metrics_text(const Status& status);

}  // namespace longshore::shipper
