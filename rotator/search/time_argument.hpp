// A time as a person types it behind --since and --until. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::rotator {

// Seconds since 1970, a fraction cut off. RFC 3339; a date with or without a time of day ("2026-11-27", "2026-11-27 05:49");
// a time of the day of `now` ("05:49", "05:49:05"); how long before `now` ("90m", "2h30m", "1d"); "@1795758545". What names
// no zone is UTC, as with the lines themselves. Code::invalid otherwise.
base::Result<std::int64_t> parse_time_argument(std::string_view text, base::Timestamp now);

}  // namespace longshore::rotator
