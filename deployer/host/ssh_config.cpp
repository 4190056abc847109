#include "deployer/host/ssh_config.hpp"

#include <algorithm>

namespace longshore::deployer {

std::string control_path(std::string_view printed) {
  constexpr std::string_view kKey = "controlpath ";
  while (!printed.empty()) {
    const std::string_view line = printed.substr(0, printed.find('\n'));
    printed.remove_prefix(std::min(line.size() + 1, printed.size()));
    if (line.starts_with(kKey)) return line == "controlpath none" ? "" : std::string(line.substr(kKey.size()));
  }
  return "";
}

}  // namespace longshore::deployer
