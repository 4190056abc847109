// What the process takes of the host's memory now.
#pragma once

#include <cstdint>

namespace longshore::shipper {

std::uint64_t resident_bytes();  // 0 if /proc is not there

}  // namespace longshore::shipper
