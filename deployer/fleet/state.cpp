#include "deployer/fleet/state.hpp"

namespace longshore::deployer {

std::string_view ContainerState::get(const char* key) const {
  for (const auto& [label, value] : labels)  // a dozen at most; find() would allocate a string for the key
    if (label == key) return value;
  return {};
}

}  // namespace longshore::deployer
