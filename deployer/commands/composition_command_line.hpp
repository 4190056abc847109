// The words of the command line that are about compositions: resolve, promote, diff, recreate, list, registry prune.
#pragma once

#include "deployer/commands/surroundings.hpp"

namespace CLI {
class App;
}

namespace longshore::deployer {

// `code` becomes the exit code of the command that runs. Both references outlive the parsing.
void add_composition_commands(CLI::App& app, const Surroundings& surroundings, int& code);

}  // namespace longshore::deployer
