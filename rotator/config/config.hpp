// The whole configuration of the daemon: read once, then never changed. A reload makes a new one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/config/outside.hpp"
#include "rotator/config/rule_options.hpp"

namespace longshore::rotator {

struct VolumeOptions {
  std::string path;
  base::Bytes max_total_size{0};  // 0: no limit
  base::Bytes keep_free{0};
  unsigned keep_free_percent = 0;
};

struct Config {
  std::string admin = "127.0.0.1:8515";
  std::string timezone = "local";
  std::string docker = "unix:///var/run/docker.sock";
  base::Duration poll_interval = std::chrono::seconds(1);
  unsigned workers = 1;
  bool docker_files = false;
  std::vector<std::string> logrotate;
  std::vector<VolumeOptions> volumes;
  std::vector<RuleOptions> rules;
};

// Code::invalid: every problem, one "file:line:column: path: what" a line. `file` is for the messages.
base::Result<Config> parse_config(std::string_view text, const std::string& file,
                                  const config::Outside& outside = config::real_outside());
// Also not_found, permission, io: the file itself.
base::Result<Config> load_config(const std::string& path, const config::Outside& outside = config::real_outside());

std::string print_config(const Config& config);  // effective, as YAML
std::string config_reference();                  // docs/reference/rotator-config.md
std::string sample_config();                     // docs/reference/rotator.yaml: every option, commented

}  // namespace longshore::rotator
