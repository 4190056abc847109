#include "deployer/commands/rollout_command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string>

#include "deployer/commands/config_command.hpp"
#include "deployer/commands/rollout_commands.hpp"

namespace longshore::deployer {
namespace {

using Options = std::shared_ptr<RolloutCommand>;

Options add(CLI::App& app, const char* name, const char* help, int (*run)(const RolloutCommand&), int& code) {
  CLI::App& command = *app.add_subcommand(name, help);
  auto options = std::make_shared<RolloutCommand>();
  command.add_option("--env", options->environment, "The environment's file")->type_name("FILE")->required();
  command.callback([options, run, &code] { code = run(*options); });
  return options;
}

void take_composition(CLI::App& command, const Options& options, const char* help) {
  command.add_option("composition", options->composition, help)->required();
  command.add_option("--dir", options->folder, "Folder of compositions")->capture_default_str();
}

void take_reports(CLI::App& command, const Options& options) {
  command.add_option("--json", options->reports.json, "Events as NDJSON; \"-\" is standard output")->type_name("FILE");
  command.add_option("--junit", options->reports.junit, "Results for Jenkins")->type_name("FILE");
  command.add_option("--html", options->reports.html, "A report for people")->type_name("FILE");
  command.add_option("--log", options->reports.log, "Everything, each call too")->type_name("FILE");
  command.add_flag("--plain", options->reports.plain, "Lines also on a terminal");
}

void take_fleet(CLI::App& command, const Options& options) {
  command.add_flag("--skip-unreachable", options->skip_unreachable, "Leave out hosts that do not answer, and say so");
}

void take_json(CLI::App& command, const Options& options) {
  command.add_flag_callback("--json", [options] { options->reports.json = "-"; }, "As JSON");
}

void take_wait(CLI::App& command, const Options& options) {
  command
      .add_option_function<std::string>(
          "--wait-lock",
          [options](const std::string& text) {
            const auto duration = base::parse_duration(text);
            if (!duration) throw CLI::ValidationError("--wait-lock", duration.error().message);
            options->wait_lock = *duration;
          },
          "Wait for another rollout to end, e.g. 10m")
      ->type_name("DURATION");
}

void take_over(CLI::App& command, const Options& options) {
  take_reports(command, options);
  take_fleet(command, options);
  command.add_flag("--steal", options->steal, "Though whoever holds its lock may be alive");
}

}  // namespace

void add_rollout_commands(CLI::App& app, int& code) {
  Options options =
      add(app, "plan", "What apply would do, and in which order; exit 0 nothing, 2 something", plan_command, code);
  CLI::App& plan = *app.get_subcommand("plan");
  take_composition(plan, options, "A locked composition: its file, or its name");
  take_fleet(plan, options);
  take_json(plan, options);
  plan.add_option("--out", options->out, "Write it as plan.json, which apply takes")->type_name("FILE");

  options = add(app, "apply", "Roll a composition out; exit codes below", apply_command, code);
  CLI::App& apply = *app.get_subcommand("apply");
  take_composition(apply, options, "A locked composition, or a plan.json: it is refused if the fleet has changed since");
  take_reports(apply, options);
  take_fleet(apply, options);
  take_wait(apply, options);
  apply.add_flag("--adopt", options->adopt, "Replace containers in the way that deployer did not make");
  apply.add_flag("--remove-orphans", options->remove_orphans, "Stop what is placed nowhere any more");
  apply.add_flag("--supersede", options->supersede, "Go on from an unfinished rollout of another composition");
  apply.add_flag("--steal", options->steal, "With --supersede: though its holder may be alive");
  apply.add_option("--outside-window", options->outside_window, "Begin outside the deploy windows, for this reason")
      ->type_name("REASON");

  options = add(app, "resume", "Finish the rollout that was interrupted", resume_command, code);
  take_over(*app.get_subcommand("resume"), options);
  options = add(app, "abort", "Take the rollout back that was interrupted", abort_command, code);
  take_over(*app.get_subcommand("abort"), options);

  options = add(app, "rollback", "Roll the release before this one out again, without pulling", rollback_command, code);
  CLI::App& rollback = *app.get_subcommand("rollback");
  take_reports(rollback, options);
  take_fleet(rollback, options);
  take_wait(rollback, options);

  options = add(app, "status", "What runs where", status_command, code);
  take_json(*app.get_subcommand("status"), options);
  options = add(app, "history", "Releases, newest first", history_command, code);
  take_json(*app.get_subcommand("history"), options);
  CLI::App& config = *app.add_subcommand("config", "What an environment and its services come to; exit 0 or 78");
  const auto shown = std::make_shared<ConfigOptions>();
  config.add_option("--env", shown->environment, "The environment's file")->type_name("FILE");
  config.add_option("component", shown->component, "Only this one");
  config.add_flag("--reference", shown->reference, "The page of all options of an environment");
  config.add_flag("--sample", shown->sample, "An environment with every option");
  config.callback([shown, &code] { code = show_config(*shown); });
  options = add(app, "check", "Whether the environment is well written, and all of it can be reached; exit 0, 10 or 78",
                check_command, code);
}

}  // namespace longshore::deployer
