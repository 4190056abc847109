// The words behind `rotator run`, `check`, `plan`, `status`, `healthcheck` and `reference`.
#pragma once

#include <optional>

namespace longshore::rotator {

// The exit code of the process; nullopt: argv names none of these commands.
std::optional<int> run_daemon_command(int argc, char** argv);

}  // namespace longshore::rotator
