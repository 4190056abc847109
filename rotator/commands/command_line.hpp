// The words of the command line: `rotator WORD …` for the commands of ours; anything else is what logrotate takes.
#pragma once

namespace longshore::rotator {

// The exit code of the process.
int run_command_line(int argc, char** argv);

}  // namespace longshore::rotator
