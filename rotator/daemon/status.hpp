// What the daemon tells of itself: /status as JSON, /metrics for Prometheus, and the table that `rotator status` makes of
// the former. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "rotator/daemon/keeper.hpp"

namespace longshore::rotator {

std::string status_json(const Keeper& keeper, base::Timestamp now);
std::string metrics_text(const Keeper& keeper);

// `width`: columns of the terminal. Code::corrupt if it is no status of ours.
base::Result<std::string> status_table(std::string_view json, std::size_t width);

}  // namespace longshore::rotator
