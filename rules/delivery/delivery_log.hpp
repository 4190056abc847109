// Where delivery says what happened, in sentences. Levels by consequence: warn = nothing lost, error = a person is needed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/telemetry/log.hpp"

namespace longshore::rules {

using DeliveryLog = std::function<void(telemetry::Level level, std::string_view sink, const std::string& text)>;

}  // namespace longshore::rules
