#include "deployer/fleet/state.hpp"

namespace longshore::deployer {

std::string_view ContainerState::get(const char* key) const {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace longshore::deployer
