// A text as it stands in JSON, quotes included; what is no UTF-8 in a file's name becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace longshore::base {

std::string json_text(std::string_view text);

}  // namespace longshore::base
