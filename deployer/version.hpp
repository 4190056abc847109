// The version that --version tells.
#pragma once

namespace longshore::deployer {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace longshore::deployer
