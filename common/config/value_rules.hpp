// Rules of general use for Field::is().
#pragma once

#include <string>
#include <vector>

#include "common/config/types.hpp"

namespace longshore::config {

// A file that can be read now.
Rule<std::string> readable_file();

// "scheme://rest" with one of the schemes, without blanks and control characters.
Rule<std::string> url(std::vector<std::string> schemes);

}  // namespace longshore::config
