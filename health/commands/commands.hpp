// The commands. Each returns the exit code of the process (sysexits).
#pragma once

#include <string>

#include "common/base/duration.hpp"

namespace longshore::health {

enum ExitCode { kOk = 0, kUsage = 64, kUnavailable = 69, kConfiguration = 78 };

inline constexpr const char* kDefaultConfig = "/etc/longshore/health.yaml";
inline constexpr const char* kDefaultControl = "/run/longshore-health/control.sock";
inline constexpr const char* kDefaultAdmin = "127.0.0.1:8516";

// `health run`: until SIGTERM or SIGINT. SIGUSR1 drains, SIGUSR2 brings back, SIGHUP and a changed file reload.
int run(const std::string& config);

// `health check`: whether the configuration is good, and everything in it passes now. `print_only`: prints what would be in
// effect, and looks at nothing.
int check(const std::string& config, bool print_only);

// `health drain`, `health ready`, by the control socket. `wait`: so long at most until 200 is answered; 0: not at all.
int drain(const std::string& control);
int ready(const std::string& control, base::Duration wait);
int status(const std::string& control, bool json);

// `health healthcheck`: 0 if a running health knows what to answer, whatever that is.
int healthcheck(const std::string& admin);

// `health reference`: prints the page of all options.
int reference();

}  // namespace longshore::health
