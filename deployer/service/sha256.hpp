// SHA-256 (FIPS 180-4), for hashes of what a container is made of. Pure.
#pragma once

#include <string>
#include <string_view>

namespace longshore::deployer::compose {

std::string sha256_hex(std::string_view bytes);  // 64 hexadecimal digits

}  // namespace longshore::deployer::compose
