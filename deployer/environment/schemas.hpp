// The tables of the environment's options; environment.cpp puts them together.
#pragma once

#include <string>

#include "common/config/schema.hpp"
#include "deployer/environment/environment.hpp"

namespace longshore::deployer {

// machine_schemas.cpp
const config::Schema<HostEntry>& host_schema();
const config::Schema<BalancerEntry>& balancer_schema();
const config::Schema<RegistryEntry>& registry_schema();

// placement_schemas.cpp
const config::Schema<Placement>& placement_schema();
const config::Schema<DarkProbe>& dark_probe_schema();

// policy_schemas.cpp
const config::Schema<Policy>& policy_schema();
const config::Schema<Gates>& gates_schema();
const config::Schema<Window>& window_schema();
const config::Schema<Hooks>& hooks_schema();
const config::Schema<Markers>& markers_schema();

// A text with placeholders.hpp's words and no others.
config::Rule<std::string> text_with_placeholders();
// As config::url, with such words in it.
config::Rule<std::string> url_with_placeholders(std::vector<std::string> schemes);
// Letters, digits, "_", "." and "-", the first a letter or a digit; empty is left to required().
config::Rule<std::string> name_rule();

}  // namespace longshore::deployer
