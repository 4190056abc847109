#include "deployer/commands/command_line.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "common/config/nearest.hpp"
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

// CLI11 says only that a command is missing. Empty: `word` is one, or an option.
std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (word.starts_with('-') || std::find(names.begin(), names.end(), word) != names.end()) return {};
  return config::unknown("command", word, names);
}

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
  if (const std::string unknown = argc > 1 ? unknown_command(app, argv[1]) : ""; !unknown.empty()) {
    fmt::print(stderr, "deployer: {}; see deployer --help\n", unknown);
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return code;
}

}  // namespace longshore::deployer
