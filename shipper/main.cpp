// shipper: takes in log lines, keeps each on disk until every sink has it. `shipper --help` says the rest.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <string>

#include "common/telemetry/log.hpp"
#include "shipper/commands/commands.hpp"
#include "shipper/commands/import_command.hpp"
#include "shipper/commands/spool_cli.hpp"
#include "shipper/version.hpp"

using namespace longshore;           // NOLINT: the one place without a namespace of its own
using namespace longshore::shipper;  // NOLINT

namespace {

CLI::Option* add_duration(CLI::App& app, const std::string& name, base::Duration& value, const std::string& help) {
  return app.add_option_function<std::string>(
      name,
      [&value, name](const std::string& text) {
        const auto parsed = base::parse_duration(text);
        if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
        value = *parsed;
      },
      help);
}

void add_config(CLI::App& app, ConfigSource& source) {
  app.add_option("-c,--config", source.path, "Configuration file")->capture_default_str();
  app.add_flag("--default", source.embedded, "Use the embedded configuration: loopback only, no account needed");
  app.add_option("--data-dir", source.data_dir, "Where --default keeps everything")->capture_default_str();
  app.add_option("--rules", source.rules_dir, "Folder of the alert rules of --default; none if not given");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"shipper: takes in log lines, keeps each on disk until every sink has it"};
  app.set_version_flag("--version", std::string("shipper ") + kVersion);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  std::string log_format = "logfmt";
  app.add_option("--log-format", log_format, "logfmt or json")->check(CLI::IsMember({"logfmt", "json"}));

  RunOptions run_options;
  CLI::App* run_command = app.add_subcommand("run", "Take in, keep and ship until told to stop");
  add_config(*run_command, run_options.config);
  add_duration(*run_command, "--for", run_options.end_after, "End by itself after this time, with a summary");
  add_duration(*run_command, "--progress", run_options.progress_every, "Print a plain line this often");
  add_duration(*run_command, "--drain", run_options.drain_limit, "How long sinks may deliver after SIGTERM");

  ConfigSource check_source;
  bool print_only = false;
  CLI::App* check_command =
      app.add_subcommand("check", "Validate the configuration, and that it could start; exit 0, 69 or 78");
  add_config(*check_command, check_source);
  check_command->add_flag("--print-config", print_only, "Print what would be in effect, and open nothing");

  std::string admin = "127.0.0.1:8514", query;
  base::Duration interval = std::chrono::seconds(1);
  std::uint64_t limit = 0;
  bool once = false;
  CLI::App* top_command = app.add_subcommand("top", "Live view of a running shipper");
  CLI::App* tap_command =
      app.add_subcommand("tap", "Show events as they pass, e.g. shipper tap 'severity:err app:nginx -health'");
  CLI::App* health_command =
      app.add_subcommand("healthcheck", "Exit 0 if a running shipper is ready (for container images)");
  for (CLI::App* command : {top_command, tap_command, health_command})
    command->add_option("--admin", admin, "Admin address of the shipper")->capture_default_str();
  add_duration(*top_command, "--interval", interval, "Time between two looks");
  top_command->add_flag("--once", once, "One look, then end");
  tap_command->add_option("query", query, "Terms that must all hold; field:value, \"a phrase\", -not; empty: everything");
  tap_command->add_option("--limit", limit, "End after so many events");
  const SpoolCli spool(app);
  const ImportCommand import_command(app);
  app.add_subcommand("reference", "Print the reference of all options as Markdown");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kOk : kUsage;
  }
  telemetry::set_log(telemetry::Level::info,
                     log_format == "json" ? telemetry::LogFormat::json : telemetry::LogFormat::logfmt);
  if (run_command->parsed()) return run(run_options);
  if (check_command->parsed()) return check(check_source, print_only);
  if (top_command->parsed()) return top(admin, interval, once);
  if (tap_command->parsed()) return tap(admin, query, limit);
  if (health_command->parsed()) return healthcheck(admin);
  if (spool.parsed()) return spool.run();
  if (import_command.parsed()) return import_command.run();
  std::fputs(config_reference().c_str(), stdout);
  return kOk;
}
