// CRC-32C (Castagnoli, RFC 3720 appendix B.4), as the spool's blocks carry it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace longshore::base {

// `seed` is the result over the bytes before these, so that pieces can be chained; 0 to begin.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace longshore::base
