// The version that --version tells.
#pragma once

namespace longshore::health {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace longshore::health
