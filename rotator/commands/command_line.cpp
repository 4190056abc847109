#include "rotator/commands/command_line.hpp"

#include "rotator/commands/logrotate_command.hpp"

namespace longshore::rotator {

int run_command_line(int argc, char** argv) { return run_logrotate(argc, argv); }

}  // namespace longshore::rotator
