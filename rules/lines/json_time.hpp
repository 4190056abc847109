// When a JSON line says that it happened: the first of the members that are usually called so. Pure.
#pragma once

#include <optional>

#include "common/base/timestamp.hpp"
#include "shipper/json/json_object.hpp"

namespace longshore::rules {

// timestamp, @timestamp, time, ts, datetime, date: RFC 3339, or a number since 1970 in seconds, milliseconds, microseconds
// or nanoseconds, which its size tells apart.
std::optional<base::Timestamp> json_time(const shipper::JsonObject& object);

}  // namespace longshore::rules
