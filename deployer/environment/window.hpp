// When a rollout may begin. Pure: the caller reads the clock, in the environment's zone.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deployer/environment/environment.hpp"

namespace longshore::deployer {

// "mon-fri", "sat,sun", "fri-mon,wed": by weekday, Monday first. Nothing if it is not that.
std::optional<std::array<bool, 7>> parse_days(std::string_view text);

// "HH:MM", up to "24:00", as minutes of the day. Nothing if it is not that.
std::optional<int> parse_time_of_day(std::string_view text);

// Whether one of `windows`, which are those of an environment that was read, is open; with none it always is.
// `weekday`: 0 is Monday; `minute` of the day. A window from 22:00 to 02:00 belongs to the day on which it opens.
bool is_open(const std::vector<Window>& windows, int weekday, int minute);

}  // namespace longshore::deployer
