// Which registries a command may log in to: those of environments, and those of the command line.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/config/outside.hpp"
#include "deployer/commands/composition_commands.hpp"
#include "deployer/registry/registries.hpp"

namespace longshore::deployer {

// "HOST[:PORT]", then, each behind a comma, what an environment's `registries` say of one: "plain_http", "ca_file=PATH",
// "username=NAME", "password=env:NAME", "password_file=PATH". Code::invalid otherwise; a password itself is refused.
base::Result<RegistryEntry> read_registry(std::string_view text, const config::Outside& outside);

// Of `options`; where two name a registry, the first.
base::Result<Registries> registries_of(const CompositionOptions& options, const Surroundings& surroundings);

}  // namespace longshore::deployer
