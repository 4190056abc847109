#include "deployer/commands/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>

#include "deployer/commands/composition_command_line.hpp"
#include "deployer/commands/deployed.hpp"
#include "deployer/commands/load_deployment.hpp"
#include "deployer/commands/rollout_command_line.hpp"
#include "deployer/version.hpp"

namespace longshore::deployer {
namespace {

constexpr int kUsage = 64;

constexpr const char* kExitCodes = R"(Exit codes of plan, apply, resume, abort and rollback:
  0 done, or nothing to do            2 plan: there is something to do
 10 refused, nothing was touched     11 another rollout is under way or unfinished
 20 the first host failed and was rolled back; the others were not touched
 21 too many hosts failed: stopped   22 too many hosts failed: all rolled back
 23 done, but for hosts within the failure budget
 30 a host could not be rolled back  40 interrupted: resume or abort
 64 usage   70 internal error   78 configuration)";

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"Rolls compositions out to Docker hosts, gated by health: one host first, then waves, and back if it fails",
               "deployer"};
  app.set_version_flag("--version", std::string("deployer ") + kVersion);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  int code = 0;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a build's log shows each line when it happens
  const Surroundings surroundings{.environment = load_environment, .deployed = deployed_in};
  add_rollout_commands(app, code);
  add_composition_commands(app, surroundings, code);
  app.footer(kExitCodes);
  for (const char* command : {"plan", "apply", "resume", "abort", "rollback"})
    app.get_subcommand(command)->footer(kExitCodes);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return code;
}

}  // namespace longshore::deployer
