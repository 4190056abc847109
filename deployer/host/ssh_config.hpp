// What ssh would do for a host by the user's configuration, as `ssh -G` prints it (ssh(1)). Pure.
#pragma once

#include <string>
#include <string_view>

namespace longshore::deployer {

// ControlPath, where an ssh that is connected already may listen. Empty: none.
std::string control_path(std::string_view printed);

}  // namespace longshore::deployer
