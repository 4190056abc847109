// The version that --version, /status and User-Agent tell.
#pragma once

namespace longshore::shipper {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace longshore::shipper
