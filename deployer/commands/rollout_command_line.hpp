// The words of the command line that look at or change hosts: plan, apply, resume, abort, rollback, status, history, check.
#pragma once

namespace CLI {
class App;
}

namespace longshore::deployer {

// `code` becomes the exit code of the command that runs, and outlives the parsing.
void add_rollout_commands(CLI::App& app, int& code);

}  // namespace longshore::deployer
