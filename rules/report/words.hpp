// Numbers and durations as people write them. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/duration.hpp"

namespace longshore::rules {

std::string grouped(std::uint64_t number);                         // "1,234,567"
std::string rough(base::Duration duration);                        // its two largest units: "3d4h", "12m7s"
std::string rate_text(double a_day);                               // "0.14", "3.2", "120"
std::string plural(std::uint64_t count, const std::string& what);  // "1 rule", "2 rules"

}  // namespace longshore::rules
