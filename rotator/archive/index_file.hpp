// The index in its place at the end of an archive: wrapped so that plain zstd and gunzip pass over it, and found again from
// the end of the file. docs/formats/archive.md has the bytes.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "common/base/result.hpp"
#include "rotator/archive/index.hpp"

namespace longshore::rotator {

// All that follows the last frame: for zstd a skippable frame with the index and one with the seek table of zstd's seekable
// format, for gzip empty members. `checksums`: of each frame's text, the lower half of XXH64, which a zstd frame ends with.
std::string index_part(const Index& index, std::span<const std::uint32_t> checksums);

// nullopt: the file has none, as what others made, or what was torn. Code::corrupt: it has one that is damaged, or that is
// not about this file. Blocks.
base::Result<std::optional<Index>> read_index(int fd);

}  // namespace longshore::rotator
