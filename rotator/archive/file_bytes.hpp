// Whole reads and writes at an offset of a descriptor, past interruptions. They block; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::rotator {

// Until `into` is full or the file ends; how many bytes that were.
base::Result<std::size_t> read_at(int fd, std::uint64_t offset, std::span<char> into);
// All of them. After an error any part may be written.
base::Result<void> write_at(int fd, std::uint64_t offset, std::string_view bytes);
base::Result<std::uint64_t> file_size(int fd);

}  // namespace longshore::rotator
