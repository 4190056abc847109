// Where sinks say what happened, in sentences. Levels by consequence: warn = nothing lost, error = a person is needed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace longshore::shipper {

enum class SinkLogLevel { info, warn, error };
using SinkLog = std::function<void(SinkLogLevel level, std::string_view sink, const std::string& text)>;

}  // namespace longshore::shipper
