#include "deployer/commands/load_deployment.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "common/config/nearest.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/service/compose_file.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

std::optional<std::string> variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Result<Environment> load_environment(const std::string& file) {
  TRY(text, read_file(file));
  return read_environment(text, file);
}

Result<Deployment> load_deployment(const std::string& file) {
  TRY(environment, load_environment(file));
  const std::string services_file = environment.services.starts_with('/')
                                        ? environment.services
                                        : file.substr(0, file.rfind('/') + 1) + environment.services;
  TRY(yaml, read_file(services_file));
  TRY(services, read_compose(yaml, services_file, environment.name, {read_file, variable}));
  std::vector<std::string> names;
  for (const auto& [name, service] : services) names.push_back(name);
  std::string mistakes;
  for (const Placement& placement : environment.components)
    if (!services.contains(placement.component))
      mistakes += fmt::format("{}{}: components: {} ({})", mistakes.empty() ? "" : "\n", file,
                              config::unknown("service", placement.component, names), services_file);
  if (!mistakes.empty()) return base::fail(Code::invalid, mistakes);
  return Deployment{std::move(environment), std::move(services)};
}

}  // namespace longshore::deployer
