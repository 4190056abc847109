#include "deployer/commands/inputs.hpp"

#include <cstdlib>
#include <filesystem>

#include "deployer/commands/composition_files.hpp"
#include "deployer/service/compose_file.hpp"

namespace longshore::deployer {

using base::Result;

Result<Environment> load_environment(const std::string& file) {
  TRY(text, read_file(file));
  return read_environment(text, file);
}

Result<Inputs> load_inputs(const std::string& environment_file) {
  TRY(environment, load_environment(environment_file));
  const std::string compose = (std::filesystem::path(environment_file).parent_path() / environment.services).string();
  TRY(text, read_file(compose));
  const Outside outside{.read_file = read_file, .variable = [](const std::string& name) -> std::optional<std::string> {
                          const char* value = std::getenv(name.c_str());
                          if (value == nullptr) return std::nullopt;
                          return value;
                        }};
  TRY(services, read_compose(text, compose, environment.name, outside));
  return Inputs{.environment_file = environment_file, .environment = std::move(environment), .services = std::move(services)};
}

}  // namespace longshore::deployer
