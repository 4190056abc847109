#include "deployer/registry/registries.hpp"

#include <algorithm>

namespace longshore::deployer {

Registry& Registries::of(const std::string& domain) {
  if (const auto found = made_.find(domain); found != made_.end()) return found->second;
  const RegistryEntry* const known = entry(domain);
  RegistryEntry unknown;
  unknown.host = domain;
  return made_.try_emplace(domain, known != nullptr ? *known : unknown).first->second;
}

const RegistryEntry* Registries::entry(std::string_view domain) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const RegistryEntry& e) { return e.host == domain; });
  return found == entries_.end() ? nullptr : &*found;
}

}  // namespace longshore::deployer
