#include "rotator/commands/search_command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.hpp"
#include "rotator/commands/search_commands.hpp"

namespace longshore::rotator {
namespace {

constexpr int kUsage = 2;  // as grep

void add_times(CLI::App& command, TimeOptions& times) {
  constexpr const char* kForms = "TIME";
  command.add_option("--since", times.since, "Only lines of this time on: 2h, 05:49, 2026-11-27 05:49, RFC 3339")
      ->type_name(kForms);
  command.add_option("--until", times.until, "Only lines of before this time")->type_name(kForms);
}

void add_threads(CLI::App& command, unsigned& threads) {
  command.add_option("-j,--threads", threads, "Threads; else one for each processor, at most 8")->check(CLI::Range(1U, 64U));
}

}  // namespace

std::optional<int> run_search_command(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (word != "grep" && word != "cat" && word != "verify") return std::nullopt;
  CLI::App app{"rotator: logs and their archives"};
  app.require_subcommand(1);
  app.set_help_flag("--help", "Print this help and exit");  // -h is grep's
  app.failure_message(CLI::FailureMessage::help);
  int code = 0;

  GrepOptions options;
  std::vector<std::string> patterns, words;
  std::uint64_t most = 0;
  CLI::App& grep_command =
      *app.add_subcommand("grep", "Print lines that match, of logs and archives; exit 0, 1 if there is none, 2 in trouble");
  grep_command.add_flag("-i,--ignore-case", options.ignore_case, "Upper and lower case are the same");
  grep_command.add_flag("-v,--invert-match", options.invert, "Lines that do not match");
  grep_command.add_flag("-c,--count", options.count, "Only how many lines of each file");
  grep_command.add_flag("-l,--files-with-matches", options.files_with_matches,
                        "Only the names of files that have such lines");
  grep_command.add_flag("-n,--line-number", options.line_number, "Each line's number before it");
  auto* const no_names = grep_command.add_flag("-h,--no-filename", options.no_filename, "No file's name before a line");
  grep_command.add_flag("-H,--with-filename", options.with_filename, "Each line's file before it")->excludes(no_names);
  grep_command.add_flag("-F,--fixed-strings", options.fixed, "The pattern is text, no expression");
  grep_command.add_flag("-q,--quiet", options.quiet, "Print nothing, end at the first such line");
  auto* const most_option = grep_command.add_option("-m,--max-count", most, "At most so many lines of each file");
  grep_command.add_option("-e,--regexp", patterns, "A pattern; several times")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  add_times(grep_command, options.times);
  add_threads(grep_command, options.threads);
  grep_command
      .add_option("pattern and paths", words,
                  "The pattern in RE2's syntax unless there is -e; files, and folders with all below")
      ->required();
  grep_command.callback([&] {
    if (patterns.empty()) {
      patterns.push_back(words.front());
      words.erase(words.begin());
    }
    if (words.empty()) throw CLI::ValidationError("grep", "needs a file or a folder to look into");
    for (const std::string& pattern : patterns) options.pattern += (&pattern == patterns.data() ? "" : "\n") + pattern;
    if (*most_option) options.max_count = most;
    options.paths = words;
    code = grep(options, base::SystemClock().now());
  });

  CatOptions cat_options;
  CLI::App& cat_command = *app.add_subcommand("cat", "Print logs and archives; exit 0, or 1 if something could not be read");
  add_times(cat_command, cat_options.times);
  add_threads(cat_command, cat_options.threads);
  cat_command.add_option("paths", cat_options.paths, "Files, and folders with all below, oldest first of each log")
      ->required();
  cat_command.callback([&] { code = cat(cat_options, base::SystemClock().now()); });

  VerifyOptions verify_options;
  CLI::App& verify_command =
      *app.add_subcommand("verify", "Check archives; exit 0, 1 if something is damaged, 2 if something could not be read");
  verify_command.add_flag("-q,--quiet", verify_options.quiet, "Tell of damage alone");
  add_threads(verify_command, verify_options.threads);
  verify_command.add_option("paths", verify_options.paths, "Files, and folders with all below")->required();
  verify_command.callback([&] { code = verify(verify_options); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return code;
}

}  // namespace longshore::rotator
