// rules: alert rules as files in git: checked, tested, explained, tried on archives. `rules --help` says the rest.
#include "rules/commands/command_line.hpp"

int main(int argc, char** argv) { return longshore::rules::run_command_line(argc, argv); }
