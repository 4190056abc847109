// The configuration of a run: rotator.yaml, logrotate's files, or both, read into the same rules. Blocks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/zone.hpp"
#include "rotator/config/config.hpp"
#include "rotator/daemon/survey.hpp"

namespace longshore::rotator {

struct Setup {
  Config config;
  std::shared_ptr<const Rules> rules;
  base::Zone zone;
};

// `paths`: at most one *.yaml or *.yml is ours; all else are files and folders of logrotate. Code::invalid: everything that
// is wrong, a line each: also a file that is not believed for its owner or mode.
base::Result<Setup> load_setup(const std::vector<std::string>& paths);

// The socket's path of "unix:///var/run/docker.sock".
std::string docker_socket(const Config& config);

}  // namespace longshore::rotator
