// rotator: log files rotated, compressed and expired without losing a line; called as logrotate it is one.
#include "rotator/commands/command_line.hpp"

int main(int argc, char** argv) { return longshore::rotator::run_command_line(argc, argv); }
