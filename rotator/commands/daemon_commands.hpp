// The commands around the daemon. Each returns the exit code of the process (sysexits: 64 usage, 69 unavailable, 70
// internal, 78 configuration).
#pragma once

#include <string>
#include <vector>

#include "common/base/duration.hpp"

namespace longshore::rotator {

inline constexpr const char* kDefaultConfig = "/etc/longshore/rotator.yaml";
inline constexpr const char* kDefaultAdmin = "127.0.0.1:8515";

struct RunOptions {
  std::vector<std::string> configs = {kDefaultConfig};  // *.yaml is ours; all else are files and folders of logrotate
  base::Duration end_after{};                           // 0: until it is told to stop
  base::Duration drain_limit = std::chrono::seconds(10);
};
// `rotator run`: until SIGTERM or SIGINT; SIGHUP and a changed file reload.
int run_daemon(const RunOptions& options);

// `rotator check`: whether the configuration is good; `print_only`: prints what would be in effect.
int check_daemon(const std::vector<std::string>& configs, bool print_only);

// `rotator plan`: what a daemon would do now and next, and why.
int plan(const std::vector<std::string>& configs, bool json);

// `rotator status`: of a running daemon: a table on a terminal, JSON otherwise.
int status(const std::string& admin, bool json);
// `rotator healthcheck`: 0 if a running daemon is ready.
int healthcheck(const std::string& admin);

// `rotator reference`: prints the page of all options.
int reference();

}  // namespace longshore::rotator
