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
  command.add_option("--env", options->environment, "Where: an environment's file, e.g. environments/prod.yaml")
      ->type_name("FILE")
      ->required();
  command.callback([options, run, &code] { code = run(*options); });
  return options;
}

void take_composition(CLI::App& command, const Options& options, const char* help) {
  command.add_option("composition", options->composition, help)->required();
  command.add_option("--dir", options->folder, "Folder of compositions")->capture_default_str();
}

void take_reports(CLI::App& command, const Options& options) {
  command
      .add_option("--json", options->reports.json, "Events as they happen, one JSON object a line; \"-\" is standard output")
      ->type_name("FILE");
  command.add_option("--junit", options->reports.junit, "Results as JUnit, for Jenkins")->type_name("FILE");
  command.add_option("--html", options->reports.html, "A page with the timeline, the gates, and what failed")
      ->type_name("FILE");
  command.add_option("--log", options->reports.log, "Every event with its details, and each call that changes something")
      ->type_name("FILE");
  command.add_flag("--plain", options->reports.plain, "Lines in place of the live table, on a terminal too");
}

void take_fleet(CLI::App& command, const Options& options) {
  command.add_flag("--skip-unreachable", options->skip_unreachable,
                   "Leave out hosts that do not answer; the floor holds without them");
}

void take_json(CLI::App& command, const Options& options) {
  command.add_flag_callback("--json", [options] { options->reports.json = "-"; }, "As one JSON value");
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
          "Wait so long for another rollout to end, e.g. 10m")
      ->type_name("DURATION");
}

void take_over(CLI::App& command, const Options& options) {
  take_reports(command, options);
  take_fleet(command, options);
  command.add_flag("--steal", options->steal, "Though its holder may be alive: only if you know that it is not");
}

}  // namespace

void add_rollout_commands(CLI::App& app, int& code) {
  Options options =
      add(app, "plan", "Say what apply would do, and in which order; exit 0: nothing, 2: something", plan_command, code);
  CLI::App& plan = *app.get_subcommand("plan");
  take_composition(plan, options, "A locked composition: its file, or its name");
  take_fleet(plan, options);
  take_json(plan, options);
  plan.add_option("--out", options->out, "Write it as well, for apply: which then does this or nothing")->type_name("FILE");

  options = add(app, "apply", "Roll a composition out, host by host; a first host that fails goes back by itself",
                apply_command, code);
  CLI::App& apply = *app.get_subcommand("apply");
  take_composition(apply, options, "A locked composition (its file, or its name), or what plan --out has written");
  take_reports(apply, options);
  take_fleet(apply, options);
  take_wait(apply, options);
  apply.add_flag("--adopt", options->adopt, "Replace containers in the way that deployer did not make");
  apply.add_flag("--remove-orphans", options->remove_orphans,
                 "Stop containers of components that are placed nowhere any more");
  apply.add_flag("--supersede", options->supersede, "Roll this one out in place of an unfinished rollout");
  apply.add_flag("--steal", options->steal,
                 "With --supersede, though the holder may be alive: only if you know that it is not");
  apply.add_option("--outside-window", options->outside_window, "Begin outside the deploy windows, for this reason")
      ->type_name("REASON");

  options = add(app, "resume", "Finish a rollout that was interrupted or killed, from any machine", resume_command, code);
  take_over(*app.get_subcommand("resume"), options);
  options = add(app, "abort", "Take an interrupted rollout back, on every host", abort_command, code);
  take_over(*app.get_subcommand("abort"), options);

  options = add(app, "rollback", "Roll out what ran before, from the containers that were kept: nothing is pulled",
                rollback_command, code);
  CLI::App& rollback = *app.get_subcommand("rollback");
  take_reports(rollback, options);
  take_fleet(rollback, options);
  take_wait(rollback, options);

  options = add(app, "status", "Say what runs where, and who is at work", status_command, code);
  take_json(*app.get_subcommand("status"), options);
  options = add(app, "history", "List releases, newest first", history_command, code);
  take_json(*app.get_subcommand("history"), options);
  CLI::App& config = *app.add_subcommand("config", "Show what an environment and its Compose file come to; exit 0 or 78");
  const auto shown = std::make_shared<ConfigOptions>();
  config.add_option("--env", shown->environment, "An environment's file, e.g. environments/prod.yaml")->type_name("FILE");
  config.add_option("component", shown->component, "Only this one: what Docker is asked to create");
  config.add_flag("--reference", shown->reference, "The page of all options of an environment");
  config.add_flag("--sample", shown->sample, "An environment with every option");
  config.callback([shown, &code] { code = show_config(*shown); });
  options = add(app, "check", "Say whether the files are good, and hosts and balancers answer; exit 0, 10 or 78",
                check_command, code);
}

}  // namespace longshore::deployer
