// The command line of `rules`.
#pragma once

namespace longshore::rules {

// Parses it, does what it asks for; the exit code of the process.
int run_command_line(int argc, char** argv);

}  // namespace longshore::rules
