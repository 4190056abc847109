// Reads a Compose file (the Compose specification). What is not supported is refused by its name, never ignored. Pure: files
// that it names (env_file, secrets) and variables are asked for through `Outside`.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "deployer/service/service.hpp"

namespace longshore::deployer {

struct Outside {
  // Code::not_found where there is none; the error's message names the path.
  std::function<base::Result<std::string>(const std::string& path)> read_file;
  std::function<std::optional<std::string>(const std::string& name)> variable;  // ${NAME}, and environment: without a value
};

// The services by name. `file`: its path; relative paths are taken from its folder, and so is .env, whose variables stand
// below those of `outside`. `project`: what the names of its networks and volumes begin with; the environment's name.
// Code::invalid with every mistake, a line each, as FILE:LINE:COLUMN.
base::Result<std::map<std::string, Service>> read_compose(std::string_view yaml, const std::string& file,
                                                          const std::string& project, const Outside& outside);

}  // namespace longshore::deployer
