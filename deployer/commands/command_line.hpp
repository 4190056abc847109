// The words of the command line.
#pragma once

namespace longshore::deployer {

// The exit code of the process.
int run_command_line(int argc, char** argv);

}  // namespace longshore::deployer
