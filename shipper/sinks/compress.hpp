// A request's body in a Content-Encoding, or an archive's frame. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::shipper {

base::Result<std::string> gzip(std::string_view bytes);
base::Result<std::string> zstd_frame(std::string_view bytes, int level);  // one frame, with content size and checksum

}  // namespace longshore::shipper
