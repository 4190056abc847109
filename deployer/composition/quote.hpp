// Text of somebody else in an error: in quotes, on one line, and not longer than one wants to read.
#pragma once

#include <string>
#include <string_view>

namespace longshore::deployer {

// What is no printable ASCII is written as \xHH; behind 80 characters stands "…".
std::string quote(std::string_view text);

}  // namespace longshore::deployer
