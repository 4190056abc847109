// The words behind `health`.
#pragma once

namespace longshore::health {

// The exit code of the process.
int run_command_line(int argc, char** argv);

}  // namespace longshore::health
