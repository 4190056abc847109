#include "deployer/commands/config_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/config/nearest.hpp"
#include "deployer/commands/load_deployment.hpp"

namespace longshore::deployer {
namespace {

constexpr int kExitConfiguration = 78;

int complain(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return kExitConfiguration;
}

std::string describe(const Service& service) {
  std::string out = fmt::format("# component {}: specification {}\n", service.name, service.hash());
  for (const auto& [key, value] : service.parts) out += fmt::format("{}: {}\n", key, value);
  return out;
}

}  // namespace

int show_config(const ConfigOptions& options) {
  if (options.reference || options.sample) {
    std::fputs((options.reference ? environment_reference() : environment_sample()).c_str(), stdout);
    return 0;
  }
  const auto deployment = load_deployment(options.environment);
  if (!deployment) return complain(deployment.error().message);
  const auto& [environment, services] = *deployment;
  std::vector<std::string> placed;
  for (const Placement& placement : environment.components) placed.push_back(placement.component);
  if (!options.component.empty()) {
    if (std::find(placed.begin(), placed.end(), options.component) == placed.end())
      return complain(fmt::format("{}: {}", options.environment, config::unknown("component", options.component, placed)));
    std::fputs(describe(services.at(options.component)).c_str(), stdout);
    return 0;
  }
  for (const std::string& warning : environment.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  std::fputs(fmt::format("# environment {}\n{}", environment.name, print_environment(environment)).c_str(), stdout);
  for (const std::string& name : placed) std::fputs(("\n" + describe(services.at(name))).c_str(), stdout);
  return 0;
}

}  // namespace longshore::deployer
