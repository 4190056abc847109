// Where the whole frames of a zstd file end (RFC 8878 §3.1): a crash may have left a torn one behind them.
#pragma once

#include <cstdint>

#include "common/base/file_system.hpp"

namespace longshore::shipper {

// Reads only headers, except that the last frame is decompressed and its checksum compared: a size that reached the disk
// before the bytes did is found, too. A file that is not zstd has 0 whole bytes.
base::Result<std::uint64_t> whole_zstd_frames(base::File& file, std::uint64_t size);

}  // namespace longshore::shipper
