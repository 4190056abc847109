#include "rules/commands/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rules/commands/commands.hpp"
#include "rules/commands/import_command.hpp"
#include "rules/version.hpp"

namespace longshore::rules {
namespace {

const std::map<std::string, InputFormat> kFormats = {{"auto", InputFormat::detect},     {"raw", InputFormat::raw},
                                                     {"rfc3164", InputFormat::rfc3164}, {"rfc5424", InputFormat::rfc5424},
                                                     {"json", InputFormat::json},       {"archive", InputFormat::archive}};

void add_format(CLI::App& command, InputFormat& format) {
  command.add_option("--format", format, "How a line becomes an event")
      ->transform(CLI::CheckedTransformer(kFormats))
      ->type_name("auto|raw|rfc3164|rfc5424|json|archive");
}
void add_rules(CLI::App& command, std::string& dir) {
  command.add_option("--rules", dir, "Folder with rules")->required()->type_name("DIR");
}

// What is left on the command line as names and values: "--api-key-file PATH" is api_key_file.
std::vector<std::pair<std::string, std::string>> pairs(const std::vector<std::string>& words) {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (!words[i].starts_with("--") || i + 1 == words.size())
      throw CLI::ValidationError(words[i], "is no option with a value, e.g. --url https://…");
    std::string name = words[i].substr(2);
    std::replace(name.begin(), name.end(), '-', '_');
    all.emplace_back(std::move(name), words[i + 1]);
  }
  return all;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"rules: alert rules as files: checked, tested, explained, tried on archives"};
  app.set_version_flag("--version", std::string("rules ") + kVersion);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  int code = kOk;

  CheckOptions check_options;
  CLI::App& check_command = *app.add_subcommand("check", "Say what is wrong or unwise in rules; exit 0 or 78");
  check_command.add_option("dir", check_options.dir, "Folder with rules")->required();
  check_command.add_flag("--json", check_options.json, "Findings and rules as one JSON object");
  check_command.add_flag("--cost", check_options.costs, "Say of every rule which lines it looks at");
  check_command.callback([&] { code = check(check_options); });

  TestOptions test_options;
  CLI::App& test_command = *app.add_subcommand("test", "Run the tests that stand in rule files; exit 0, 1 or 78");
  test_command.add_option("dir", test_options.dir, "Folder with rules")->required();
  test_command.add_option("--rule", test_options.rules, "Only this one; several times")
      ->type_name("ID")
      ->allow_extra_args(false);
  test_command.add_option("--junit", test_options.junit, "Results as JUnit's XML")->type_name("FILE");
  test_command.add_flag("!--no-coverage", test_options.coverage, "Do not list what the tests leave untested");
  test_command.callback([&] { code = test(test_options); });

  ExplainOptions explain_options;
  CLI::App& explain_command = *app.add_subcommand("explain", "Say why rules match a line or do not");
  add_rules(explain_command, explain_options.dir);
  explain_command.add_option("--rule", explain_options.rules, "This one; several times")
      ->type_name("ID")
      ->allow_extra_args(false);
  add_format(explain_command, explain_options.format);
  explain_command.add_option("--live", explain_options.live, "Show too what a running shipper knows of these rules")
      ->type_name("HOST:PORT");
  explain_command.add_option("line", explain_options.line, "The line; - or nothing: lines from standard input");
  explain_command.callback([&] { code = explain(explain_options); });

  MatchOptions match_options;
  CLI::App& match_command =
      *app.add_subcommand("match", "Print a JSON line for each match; exit 0, 1 if none, 2 in trouble");
  add_rules(match_command, match_options.dir);
  add_format(match_command, match_options.format);
  match_command.add_flag("--count", match_options.count, "Only how many lines each rule matches");
  match_command.add_option("file", match_options.files, "Plain, gzip or zstd; - or none: standard input");
  match_command.callback([&] { code = match(match_options); });

  BacktestCommandOptions backtest_options;
  backtest_options.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App& backtest_command = *app.add_subcommand("backtest", "Say what rules would have done over archived lines");
  add_rules(backtest_command, backtest_options.dir);
  backtest_command.add_option("--against", backtest_options.against, "The rules that they replace")->type_name("DIR");
  add_format(backtest_command, backtest_options.format);
  backtest_command.add_option("--json", backtest_options.json, "The report as JSON; -: standard output")->type_name("FILE");
  backtest_command.add_option("--html", backtest_options.html, "The report as a page")->type_name("FILE");
  backtest_command.add_option("--threads", backtest_options.threads, "Threads that decide")->check(CLI::Range(1U, 64U));
  backtest_command.add_option("file", backtest_options.files, "Plain, gzip or zstd; several are merged by time")->required();
  backtest_command.callback([&] { code = run_backtest(backtest_options); });

  ImportCommandOptions import_options;
  CLI::App& import_command = *app.add_subcommand("import", "Make rules of another tool's; exit 0, or 65 if of none of them");
  import_command.add_option("from", import_options.from, "sigma or elastalert")
      ->required()
      ->check(CLI::IsMember({"sigma", "elastalert"}));
  import_command.add_option("path", import_options.paths, "Files, and folders with all that is below them")->required();
  import_command.add_option("--into", import_options.into, "A folder for the rules; else standard output")->type_name("DIR");
  import_command.add_flag("--service-clause", import_options.service_clause,
                          "Sigma: only lines whose syslog.appname is the rule's service");
  import_command.callback([&] { code = import_rules(import_options); });

  SendTestOptions send_options;
  std::string limit = "30s";
  CLI::App& send_command = *app.add_subcommand("send-test", "Open and close one alert at a real sink; exit 0, 69 or 78");
  auto* const config = send_command.add_option("-c,--config", send_options.config, "A configuration with \"alerts:\"");
  send_command.add_option("--name", send_options.name, "The sink in it")->needs(config);
  send_command
      .add_option("--type", send_options.type,
                  "opsgenie, pagerduty, alertmanager, webhook; then its options: --url …, --api-key-file …")
      ->excludes(config);
  send_command.add_option("--limit", limit, "How long a step may take")->capture_default_str();
  send_command.allow_extras();
  send_command.callback([&] {
    const auto parsed = base::parse_duration(limit);
    if (!parsed) throw CLI::ValidationError("--limit", parsed.error().message);
    if (send_options.config.empty() == send_options.type.empty()) throw CLI::ValidationError("needs --config or --type");
    send_options.limit = *parsed;
    send_options.more = pairs(send_command.remaining());
    code = send_test(send_options);
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  return code;
}

}  // namespace longshore::rules
