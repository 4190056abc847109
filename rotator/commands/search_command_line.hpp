// The words behind `rotator grep`, `rotator cat` and `rotator verify`.
#pragma once

#include <optional>

namespace longshore::rotator {

// The exit code of the process; nullopt: argv names none of these commands.
std::optional<int> run_search_command(int argc, char** argv);

}  // namespace longshore::rotator
