#include "rotator/commands/command_line.hpp"

#include <cstdio>
#include <string_view>

#include "rotator/version.hpp"

namespace longshore::rotator {

int run_command_line(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("rotator %s\n", kVersion);
    return 0;
  }
  std::fputs("usage: rotator --version\n", stderr);
  return 1;
}

}  // namespace longshore::rotator
