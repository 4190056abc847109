#include "rotator/commands/command_line.hpp"

#include "rotator/commands/daemon_command_line.hpp"
#include "rotator/commands/logrotate_command.hpp"
#include "rotator/commands/search_command_line.hpp"

namespace longshore::rotator {

int run_command_line(int argc, char** argv) {
  if (const auto code = run_search_command(argc, argv)) return *code;
  if (const auto code = run_daemon_command(argc, argv)) return *code;
  return run_logrotate(argc, argv);
}

}  // namespace longshore::rotator
