// Weekly times as rules write them: `Sat 02:00-04:00 Europe/Zurich`, `Mon-Fri,Sun 22:00-06:00 UTC`, `12:00-13:00 UTC`. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

// What is wrong otherwise. Whether the zone exists, its form alone does not tell.
std::expected<Schedule, std::string> parse_schedule(std::string_view text);

// Whether the schedules of one zone cover the whole week.
bool covers_the_week(const std::vector<Schedule>& schedules);

}  // namespace longshore::rules
