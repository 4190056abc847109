#include "deployer/commands/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "deployer/commands/composition_command_line.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/version.hpp"

namespace longshore::deployer {
namespace {

constexpr int kUsage = 64;

base::Result<Environment> environment_of(const std::string& file) {
  TRY(yaml, read_file(file));
  return read_environment(yaml, file);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"deployer: rolls compositions out to Docker hosts, gated by health"};
  app.set_version_flag("--version", std::string("deployer ") + kVersion);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  int code = 0;
  const Surroundings surroundings{.environment = environment_of, .deployed = {}};
  add_composition_commands(app, surroundings, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return code;
}

}  // namespace longshore::deployer
