// Whether a container that has the name is the one that we asked for. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace longshore::deployer {

// `body`: JSON of POST /containers/create. True if a container with these labels and this status can only have come of it:
// it has every label of the body, there are some, and it was never started.
bool is_created_by(std::string_view body, const std::map<std::string, std::string>& labels, std::string_view status);

}  // namespace longshore::deployer
