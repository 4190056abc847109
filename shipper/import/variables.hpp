// syslog-ng's `name` in backticks: what @define or the call of a block gave stands in its place, also inside strings.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace longshore::shipper {

// Values as they were written; a string's quotes are taken off where it lands inside a string.
using Variables = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t kLargestExpansion = 4 << 20;  // bytes; what is over is left out

// Comments are copied, and names that are not known stay as they are.
std::string expand_variables(std::string_view source, const Variables& variables);

}  // namespace longshore::shipper
