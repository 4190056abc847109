// What a rollout is made from: the environment file, its Compose file, and a locked composition.
#pragma once

#include <map>
#include <string>

#include "common/base/result.hpp"
#include "deployer/composition/composition.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

struct Inputs {
  std::string environment_file;
  Environment environment;
  std::map<std::string, Service> services;  // of its Compose file
};

// Code::not_found, invalid: the files and what is wrong with them.
base::Result<Environment> load_environment(const std::string& file);
base::Result<Inputs> load_inputs(const std::string& environment_file);

}  // namespace longshore::deployer
