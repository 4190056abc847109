// The version that --version tells.
#pragma once

namespace longshore::rotator {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace longshore::rotator
