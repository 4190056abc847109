#include "health/commands/command_line.hpp"

#include <CLI/CLI.hpp>

#include "common/telemetry/log.hpp"
#include "health/commands/commands.hpp"
#include "health/version.hpp"

namespace longshore::health {

int run_command_line(int argc, char** argv) {
  CLI::App app{"health: what the load balancer asks, and the switch with which a node leaves and comes back"};
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  app.set_version_flag("--version", std::string("health ") + kVersion);

  std::string config = kDefaultConfig, control = kDefaultControl, admin = kDefaultAdmin, log_format = "logfmt";
  bool print_config = false, json = false;
  base::Duration wait{};
  CLI::App* const run_command = app.add_subcommand("run", "Answer the load balancer until told to stop");
  CLI::App* const check_command =
      app.add_subcommand("check", "Validate the configuration, and look at everything in it once; exit 0, 69 or 78");
  for (CLI::App* command : {run_command, check_command}) {
    command->add_option("-c,--config", config, "health.yaml")->capture_default_str();
    command->add_flag("--print-config", print_config, "Print what would be in effect, and do nothing");
  }
  run_command->add_option("--log-format", log_format, "logfmt or json")->check(CLI::IsMember({"logfmt", "json"}));
  CLI::App* const drain_command = app.add_subcommand("drain", "Take the node out: 404 from now on, also after a restart");
  CLI::App* const ready_command = app.add_subcommand("ready", "Bring the node back: 200 as soon as every check passes");
  ready_command
      ->add_option_function<std::string>(
          "--wait", [&](const std::string& text) { wait = base::parse_duration(text).value(); },
          "So long at most, until 200 is answered; exit 69 if it is not")
      ->check([](const std::string& text) {
        const auto parsed = base::parse_duration(text);
        return parsed ? std::string() : parsed.error().message;
      });
  CLI::App* const status_command = app.add_subcommand("status", "What is answered, and why");
  status_command->add_flag("--json", json, "As a JSON object");
  for (CLI::App* command : {drain_command, ready_command, status_command})
    command->add_option("--control", control, "Control socket of the running health")->capture_default_str();
  CLI::App* const healthcheck_command =
      app.add_subcommand("healthcheck", "Exit 0 if a running health knows what to answer (for container images)");
  healthcheck_command->add_option("--admin", admin, "Admin address of the running health")->capture_default_str();
  app.add_subcommand("reference", "Print the reference of all options of health.yaml as Markdown");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  telemetry::set_log(telemetry::Level::info,
                     log_format == "json" ? telemetry::LogFormat::json : telemetry::LogFormat::logfmt);
  if (check_command->parsed() || print_config) return check(config, print_config);
  if (run_command->parsed()) return run(config);
  if (drain_command->parsed()) return drain(control);
  if (ready_command->parsed()) return ready(control, wait);
  if (status_command->parsed()) return status(control, json);
  if (healthcheck_command->parsed()) return healthcheck(admin);
  return reference();
}

}  // namespace longshore::health
