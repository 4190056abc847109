#include "rules/trial/backtest.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>

#include "common/base/file_system.hpp"
#include "rules/commands/commands.hpp"
#include "rules/commands/terminal.hpp"
#include "rules/report/html.hpp"
#include "rules/report/json.hpp"
#include "rules/report/table.hpp"
#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

bool write_file(const std::string& path, const std::string& text) {
  if (path == "-") return std::fputs(text.c_str(), stdout) >= 0;
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) fmt::print(stderr, "{} cannot be written\n", path);
  return bool(out);
}

// One line that changes on a terminal; else a line every ten seconds.
class Progress {
 public:
  void operator()(std::uint64_t lines, base::Timestamp at) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    const bool live = terminal_width() > 0;
    if (next_ != std::chrono::steady_clock::time_point{})
      fmt::print(stderr, "{}{} lines, at {}{}", live ? "\r" : "", grouped(lines), base::format_rfc3339(at, 0),
                 live ? "" : "\n");
    shown_ |= live;
    next_ = now + (live ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10'000));
  }
  void end() const {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  std::chrono::steady_clock::time_point next_{};
  bool shown_ = false;
};

std::optional<RuleSet> load(const std::string& dir) {
  base::PosixFileSystem files;
  RuleSet set = load_rules(dir, files);
  if (set.problems.empty()) return set;
  std::fputs(set.problems.c_str(), stderr);
  return {};
}

}  // namespace

int run_backtest(const BacktestCommandOptions& options) {
  std::optional<RuleSet> now = load(options.dir), before;
  if (!now) return kConfiguration;
  if (!options.against.empty() && !(before = load(options.against))) return kConfiguration;
  Progress progress;
  const BacktestReport report = backtest(
      std::move(*now), std::move(before),
      {.files = options.files, .format = options.format, .threads = options.threads, .progress = std::ref(progress)});
  progress.end();
  if (options.json != "-") std::fputs(backtest_table(report).c_str(), stdout);
  for (const std::string& problem : report.problems) fmt::print(stderr, "{}\n", problem);
  if (report.from.ns == 0 && report.untimed > 0)
    fmt::print(stderr, "no line carries a time that is understood: is --format right?\n");
  if (!options.json.empty() && !write_file(options.json, backtest_json(report))) return kUnavailable;
  if (!options.html.empty() && !write_file(options.html, backtest_html(report))) return kUnavailable;
  return report.problems.empty() && (report.from.ns != 0 || report.lines == 0) ? kOk : kDataError;
}

}  // namespace longshore::rules
