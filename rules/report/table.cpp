#include "rules/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

using Row = BacktestReport::Row;
using Cells = std::vector<std::string>;

std::string opened_text(const Row& row, bool compares) {
  if (!compares) return grouped(row.now->opened);
  if (!row.before) return "new: " + grouped(row.now->opened);
  if (!row.now) return grouped(row.before->opened) + " -> gone";
  if (row.now->opened == row.before->opened) return grouped(row.now->opened);
  return grouped(row.before->opened) + " -> " + grouped(row.now->opened);
}

// "20: 4  40: 1": the threshold and how often it would have opened; the rule's own is in brackets.
std::string thresholds_text(const RuleTrial& trial) {
  std::string text;
  for (const ThresholdCount& each : trial.thresholds)
    text += fmt::format("{}{}{}: {}{}", text.empty() ? "" : "  ", each.factor == 1 ? "[" : "", each.threshold,
                        grouped(each.opened), each.factor == 1 ? "]" : "");
  return text;
}

Cells cells(const BacktestReport& report, const Row& row) {
  const RuleTrial& trial = row.any();
  return {trial.id,
          fmt::format("P{}", static_cast<int>(trial.priority)),
          grouped(trial.matches),
          opened_text(row, report.compares),
          rate_text(report.a_day(trial.opened)),
          trial.opened == 0 ? "" : rough(trial.open_total),
          trial.opened == 0 ? "" : rough(trial.open_longest),
          thresholds_text(trial)};
}

}  // namespace

std::string backtest_summary(const BacktestReport& report) {
  std::string text = plural(report.lines, "line");
  if (report.from.ns != 0)
    text += fmt::format(" from {} to {} ({})", base::format_rfc3339(report.from, 0), base::format_rfc3339(report.until, 0),
                        rough(report.until - report.from));
  if (report.untimed > 0) text += fmt::format("; {} before the first with a time, left out", grouped(report.untimed));
  if (report.ahead > 0)
    text += fmt::format("; {} with a time after their file was written, taken as that of the line before",
                        grouped(report.ahead));
  if (report.late > 0) text += fmt::format("; {} out of order by more than 10m, not looked at", grouped(report.late));
  if (report.cut > 0) text += fmt::format("; {} longer than 1 MiB, cut", grouped(report.cut));
  return text;
}

std::string backtest_table(const BacktestReport& report) {
  std::vector<Cells> rows = {{"RULE", "PRIO", "MATCHES", "OPENED", "A DAY", "OPEN FOR", "LONGEST", "AT OTHER THRESHOLDS"}};
  std::size_t silent = 0;
  for (const Row& row : report.rows) {
    const bool said = (row.now && (row.now->opened > 0 || row.now->matches > 0)) || (row.before && row.before->opened > 0);
    if (said)
      rows.push_back(cells(report, row));
    else
      ++silent;
  }
  std::string text = backtest_summary(report) + "\n";
  if (rows.size() > 1) {
    std::vector<std::size_t> widths(rows[0].size());
    for (const Cells& row : rows)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const Cells& row : rows) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool number = i >= 2 && i + 1 < row.size();
        line += number ? fmt::format("{:>{}}  ", row[i], widths[i]) : fmt::format("{:<{}}  ", row[i], widths[i]);
      }
      text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
  }
  if (silent > 0) text += fmt::format("{} matched nothing\n", plural(silent, "rule"));
  return text;
}

}  // namespace longshore::rules
