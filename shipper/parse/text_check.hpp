// Is it UTF-8? Nearly all log text is ASCII, which is settled 16 bytes at a time before anything else is asked.
#pragma once

#include <string_view>

namespace longshore::shipper {

bool is_utf8(std::string_view text);

}  // namespace longshore::shipper
