#include "rotator/commands/daemon_command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>

#include "common/telemetry/log.hpp"
#include "rotator/commands/daemon_commands.hpp"
#include "rotator/commands/exit_codes.hpp"

namespace longshore::rotator {
namespace {

constexpr std::array<std::string_view, 6> kWords{"run", "check", "plan", "status", "healthcheck", "reference"};

void add_configs(CLI::App& command, std::vector<std::string>& configs) {
  command.add_option("config", configs, "rotator.yaml (*.yaml, *.yml), and files and folders of logrotate")
      ->capture_default_str();
  command.add_option("-c,--config", configs, "The same");
}

CLI::Option* add_duration(CLI::App& command, const std::string& name, base::Duration& value, const std::string& help) {
  return command
      .add_option_function<std::string>(
          name, [&value](const std::string& text) { value = base::parse_duration(text).value(); }, help)
      ->check([](const std::string& text) {
        const auto parsed = base::parse_duration(text);
        return parsed ? std::string() : parsed.error().message;
      });
}

}  // namespace

std::optional<int> run_daemon_command(int argc, char** argv) {
  if (argc < 2 || std::ranges::find(kWords, std::string_view(argv[1])) == kWords.end()) return std::nullopt;
  CLI::App app{"rotator: rotates, compresses and expires log files, and loses none of their bytes"};
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);

  RunOptions options;
  bool print_config = false, json = false;
  std::string admin = kDefaultAdmin, log_format = "logfmt";
  CLI::App* const run = app.add_subcommand("run", "Watch logs and do what the configuration says until told to stop");
  add_configs(*run, options.configs);
  add_duration(*run, "--for", options.end_after, "End by itself after this time");
  add_duration(*run, "--drain", options.drain_limit, "How long work under way may take after SIGTERM");
  run->add_option("--log-format", log_format, "logfmt or json")->check(CLI::IsMember({"logfmt", "json"}));
  run->add_flag("--print-config", print_config, "Print what would be in effect, and do nothing");
  CLI::App* const check =
      app.add_subcommand("check", "Validate the configuration, and that its folders can be read; exit 0, 69 or 78");
  add_configs(*check, options.configs);
  check->add_flag("--print-config", print_config, "Print what would be in effect, and look at nothing");
  CLI::App* const plan_command =
      app.add_subcommand("plan", "Say what would be rotated, compressed and removed, when, and why");
  add_configs(*plan_command, options.configs);
  plan_command->add_flag("--json", json, "One JSON object a line");
  CLI::App* const status_command =
      app.add_subcommand("status", "What a running rotator does: a table on a terminal, JSON otherwise");
  status_command->add_flag("--json", json, "JSON in any case");
  CLI::App* const health = app.add_subcommand("healthcheck", "Exit 0 if a running rotator is ready (for container images)");
  for (CLI::App* command : {status_command, health})
    command->add_option("--admin", admin, "Admin address of the rotator")->capture_default_str();
  app.add_subcommand("reference", "Print the reference of all options of rotator.yaml as Markdown");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  telemetry::set_log(telemetry::Level::info,
                     log_format == "json" ? telemetry::LogFormat::json : telemetry::LogFormat::logfmt);
  if (check->parsed() || (run->parsed() && print_config)) return check_daemon(options.configs, print_config);
  if (run->parsed()) return run_daemon(options);
  if (plan_command->parsed()) return plan(options.configs, json);
  if (status_command->parsed()) return status(admin, json);
  if (health->parsed()) return healthcheck(admin);
  return reference();
}

}  // namespace longshore::rotator
