// `deployer config`: what an environment and its services come to, so that a change of a file can be looked at before it is
// one of a host. Values of variables are shown as a hash, secrets not at all.
#pragma once

#include <string>

namespace longshore::deployer {

struct ConfigOptions {
  std::string environment = {};  // its file
  std::string component = {};    // empty: the environment, and all components
  bool reference = false;        // docs/reference/deployer-environment.md, and nothing else
  bool sample = false;           // docs/reference/deployer-environment.yaml, and nothing else
};

// To standard output; warnings and mistakes to standard error. 0, or 78.
int show_config(const ConfigOptions& options);

}  // namespace longshore::deployer
