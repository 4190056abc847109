// What `df -Pk FOLDER` writes (POSIX: a line of titles, then device, size, used, available, share, mount point). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace longshore::deployer {

std::optional<std::uint64_t> available_of(std::string_view df);  // bytes; nothing if it is no such text

}  // namespace longshore::deployer
