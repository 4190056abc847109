// An environment together with the services of its Compose file: what every command that looks at hosts begins with.
#pragma once

#include <map>
#include <string>

#include "common/base/result.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/service/service.hpp"

namespace longshore::deployer {

struct Deployment {
  Environment environment;
  std::map<std::string, Service> services;  // all of the file; each component of the environment is there
};

// The environment alone.
base::Result<Environment> load_environment(const std::string& file);
// Reads `file`, the Compose file that it names, and what that names; variables are those of the process. Code::invalid with
// every mistake, a line each; not_found, permission, io: a file.
base::Result<Deployment> load_deployment(const std::string& file);

}  // namespace longshore::deployer
