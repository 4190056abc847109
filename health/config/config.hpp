// health.yaml: read once, then never changed. A reload makes a new one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/config/outside.hpp"
#include "common/config/value.hpp"
#include "health/decision/wish.hpp"

namespace longshore::health {

struct ProbeOptions {
  std::string name = {};  // never empty once read
  std::string http = {}, tcp = {};
  int status = 200;
  std::string contains = {};
  config::TextPairs headers = {};
  base::Duration interval = std::chrono::seconds(1);
  base::Duration timeout = std::chrono::seconds(1);
  unsigned rise = 1, fall = 2;
};

struct ContainerOptions {
  std::string container;
  base::Duration interval = std::chrono::seconds(2);
  unsigned rise = 1, fall = 2;
};

struct Config {
  std::string listen = "0.0.0.0:8080";
  std::string agent;  // empty: none
  std::string admin = "127.0.0.1:8516";
  std::string control = "/run/longshore-health/control.sock";
  std::string state_file = "/var/lib/longshore/health/state";
  Start start = Start::as_before;
  base::Duration lame_duck = std::chrono::seconds(3);
  std::string docker = "unix:///var/run/docker.sock";
  std::vector<ProbeOptions> probes;
  std::vector<ContainerOptions> containers;
};

// Code::invalid: every problem, one "file:line:column: path: what" a line. `file` is for the messages.
base::Result<Config> parse_config(std::string_view text, const std::string& file,
                                  const config::Outside& outside = config::real_outside());
// Also not_found, permission, io: the file itself.
base::Result<Config> load_config(const std::string& path, const config::Outside& outside = config::real_outside());

std::string print_config(const Config& config);  // effective, as YAML
std::string config_reference();                  // docs/reference/health-config.md
std::string sample_config();                     // docs/reference/health.yaml: every option, commented

}  // namespace longshore::health
