// Durations as configuration writes them ("30s", "500ms", "2h"); a bare number is refused.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::base {

using Duration = std::chrono::nanoseconds;

// One number and one of ns, us, ms, s, m, h, d; or several without spaces, largest first: "1h30m". Code::invalid otherwise.
Result<Duration> parse_duration(std::string_view text);

// The shortest text that parse_duration reads back to the same value, e.g. "1m30s"; "0s" for zero.
std::string format_duration(Duration duration);

}  // namespace longshore::base
