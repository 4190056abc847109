#include "common/base/json.hpp"

#include <fmt/format.h>

#include "rules/report/json.hpp"

namespace longshore::rules {
namespace {

std::string seconds(base::Duration duration) { return fmt::format("{}", std::chrono::duration<double>(duration).count()); }

std::string alerts_json(const RuleTrial& trial) {
  base::JsonArray array;
  for (const AlertSpan& alert : trial.alerts) {
    base::JsonObject object;
    object.text("opened", base::format_rfc3339(alert.opened));
    if (!alert.still_open) object.text("closed", base::format_rfc3339(alert.closed));
    object.value("count", std::to_string(alert.count));
    object.text_unless_empty("group", alert.group);
    object.text("message", alert.message);
    array.value(object.take());
  }
  return array.take();
}

std::string trial_json(const RuleTrial& trial, const BacktestReport& report) {
  base::JsonObject object;
  object.value("matches", std::to_string(trial.matches));
  object.value("opened", std::to_string(trial.opened));
  object.value("opened_a_day", fmt::format("{:.3f}", report.a_day(trial.opened)));
  object.value("held", std::to_string(trial.held));
  object.value("rolled_up", std::to_string(trial.rolled_up));
  object.value("open_seconds", seconds(trial.open_total));
  object.value("longest_seconds", seconds(trial.open_longest));
  base::JsonArray thresholds, groups, samples;
  for (const ThresholdCount& each : trial.thresholds) {
    base::JsonObject threshold;
    threshold.value("threshold", std::to_string(each.threshold));
    threshold.value("factor", fmt::format("{}", each.factor));
    threshold.value("opened", std::to_string(each.opened));
    threshold.value("opened_a_day", fmt::format("{:.3f}", report.a_day(each.opened)));
    thresholds.value(threshold.take());
  }
  object.value("thresholds", thresholds.take());
  for (const GroupCount& each : trial.groups) {
    base::JsonObject group;
    group.text("group", each.group);
    group.value("matches", std::to_string(each.matches));
    group.value("opened", std::to_string(each.opened));
    groups.value(group.take());
  }
  object.value("groups", groups.take());
  for (const std::string& sample : trial.samples) samples.text(sample);
  object.value("samples", samples.take());
  object.value("alerts", alerts_json(trial));
  return object.take();
}

}  // namespace

std::string backtest_json(const BacktestReport& report) {
  base::JsonObject object;
  if (report.from.ns != 0) {
    object.text("from", base::format_rfc3339(report.from));
    object.text("until", base::format_rfc3339(report.until));
  }
  object.value("lines", std::to_string(report.lines));
  object.value("untimed", std::to_string(report.untimed));
  object.value("ahead", std::to_string(report.ahead));
  object.value("cut", std::to_string(report.cut));
  object.value("late", std::to_string(report.late));
  base::JsonArray problems, rows;
  for (const std::string& problem : report.problems) problems.text(problem);
  object.value("problems", problems.take());
  for (const BacktestReport::Row& row : report.rows) {
    base::JsonObject rule;
    rule.text("rule", row.any().id);
    rule.text("file", row.any().file);
    rule.value("line", std::to_string(row.any().line));
    rule.value("priority", std::to_string(static_cast<int>(row.any().priority)));
    if (row.now) rule.value("now", trial_json(*row.now, report));
    if (row.before) rule.value("before", trial_json(*row.before, report));
    rows.value(rule.take());
  }
  object.value("rules", rows.take());
  return object.take() + "\n";
}

}  // namespace longshore::rules
