#include "rules/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rules/report/page_style.hpp"
#include "rules/report/table.hpp"
#include "rules/report/timeline_svg.hpp"
#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

using Row = BacktestReport::Row;

std::uint64_t opened(const std::optional<RuleTrial>& trial) { return trial ? trial->opened : 0; }

std::string tile(const std::string& number, const std::string& what) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", number, what);
}

std::string tiles(const BacktestReport& report) {
  std::uint64_t now = 0, before = 0, rules = 0, loud = 0;
  for (const Row& row : report.rows) {
    now += opened(row.now);
    before += opened(row.before);
    rules += row.now ? 1 : 0;
    loud += opened(row.now) > 0 ? 1 : 0;
  }
  std::string out = tile(rate_text(report.a_day(now)), "alerts a day") + tile(grouped(now), "alerts opened");
  if (report.compares) out += tile(rate_text(report.a_day(before)), "alerts a day before");
  out += tile(fmt::format("{} of {}", loud, rules), "rules opened an alert");
  return "<div class=\"tiles\">" + out + tile(rough(report.until - report.from), "of log lines") + "</div>";
}

std::string legend(const BacktestReport& report) {
  std::string out =
      "<span><i style=\"background:var(--bars)\"></i>lines that match</span>"
      "<span><i style=\"background:var(--now)\"></i>alert is open</span>";
  if (report.compares) out += "<span><i style=\"background:var(--before)\"></i>with the rules before</span>";
  return "<div class=\"legend\">" + out + "</div>";
}

std::string change_text(const Row& row) {
  if (!row.before) return " <span class=\"chip\">new</span>";
  if (!row.now) return " <span class=\"chip\">removed</span>";
  if (row.now->opened == row.before->opened) return "";
  const bool more = row.now->opened > row.before->opened;
  return fmt::format(" <span class=\"{}\">{} {} → {}</span>", more ? "more" : "less", more ? "▲" : "▼",
                     grouped(row.before->opened), grouped(row.now->opened));
}

std::string facts(const BacktestReport& report, const Row& row) {
  const RuleTrial& trial = row.any();
  std::string out = fmt::format("<strong>{}</strong> opened · {} a day · {} matches", grouped(trial.opened),
                                rate_text(report.a_day(trial.opened)), grouped(trial.matches));
  if (trial.opened > 0) out += fmt::format(" · open for {}, longest {}", rough(trial.open_total), rough(trial.open_longest));
  if (trial.held > 0) out += fmt::format(" · {} held by a mute", grouped(trial.held));
  if (trial.rolled_up > 0) out += fmt::format(" · {} rolled up", grouped(trial.rolled_up));
  return out;
}

std::string thresholds(const BacktestReport& report, const RuleTrial& trial) {
  if (trial.thresholds.empty()) return "";
  std::uint64_t most = 1;
  for (const ThresholdCount& each : trial.thresholds) most = std::max(most, each.opened);
  std::string rows;
  for (const ThresholdCount& each : trial.thresholds)
    rows += fmt::format(
        "<tr{}><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td style=\"width:45%\"><span "
        "class=\"meter\" "
        "style=\"width:{:.1f}%\"></span></td></tr>",
        each.factor == 1 ? " class=\"own\"" : "", grouped(each.threshold), grouped(each.opened),
        rate_text(report.a_day(each.opened)), 100.0 * static_cast<double>(each.opened) / static_cast<double>(most));
  return "<div><h3>At other thresholds</h3><table><tr><th class=\"n\">threshold</th><th class=\"n\">opened</th>"
         "<th class=\"n\">a day</th><th></th></tr>" +
         rows + "</table></div>";
}

std::string groups(const RuleTrial& trial) {
  if (trial.groups.empty()) return "";
  std::string rows;
  for (const GroupCount& each : trial.groups)
    rows += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>", html_text(each.group),
                        grouped(each.opened), grouped(each.matches));
  return "<div><h3>Groups</h3><table><tr><th>group</th><th class=\"n\">opened</th><th class=\"n\">matches</th></tr>" + rows +
         "</table></div>";
}

std::string samples(const RuleTrial& trial) {
  std::string out;
  for (const std::string& sample : trial.samples) out += html_text(sample) + "\n";
  return out.empty() ? "" : "<h3>The first lines that matched</h3><pre>" + out + "</pre>";
}

std::string rule(const BacktestReport& report, const Row& row) {
  const RuleTrial& trial = row.any();
  return fmt::format(
      "<section class=\"rule\"><div class=\"head\"><b>{}</b><span class=\"chip\">P{}</span>{}<span "
      "class=\"facts\">{}</span></div>"
      "{}{}<details><summary>{}:{}: groups, thresholds, lines</summary><div "
      "class=\"parts\">{}{}</div>{}</details></section>\n",
      html_text(trial.id), static_cast<int>(trial.priority), report.compares ? change_text(row) : "", facts(report, row),
      timeline_svg(report, row), axis_svg(report), html_text(trial.file), trial.line, groups(trial),
      thresholds(report, trial), samples(trial));
}

std::string quiet_rules(const BacktestReport& report) {
  std::string rows, others;
  for (const Row& row : report.rows) {
    if (opened(row.now) + opened(row.before) > 0) continue;
    const std::string id = html_text(row.any().id);
    if (row.any().matches > 0)
      rows += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td></tr>", id, grouped(row.any().matches));
    else
      others += (others.empty() ? "" : ", ") + id;
  }
  std::string text;
  if (!rows.empty())
    text +=
        "<h2>Rules that opened nothing</h2><section class=\"rule\"><table><tr><th>rule</th><th class=\"n\">lines that "
        "match</th></tr>" +
        rows + "</table></section>";
  if (!others.empty()) text += "<h2>Rules that no line matches</h2><section class=\"rule\"><p>" + others + "</p></section>";
  return text;
}

}  // namespace

std::string backtest_html(const BacktestReport& report) {
  std::string body = "<h1>Backtest of rules</h1><p>" + html_text(backtest_summary(report)) + "</p>";
  for (const std::string& problem : report.problems) body += "<p class=\"problem\">" + html_text(problem) + "</p>";
  body += tiles(report) + legend(report);
  for (const Row& row : report.rows)
    if (opened(row.now) + opened(row.before) > 0) body += rule(report, row);
  body += quiet_rules(report);
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; "
      "style-src 'unsafe-inline'\"><title>Backtest of "
      "rules</title><style>{}</style></head><body><main>{}</main></body></html>\n",
      kPageStyle, body);
}

}  // namespace longshore::rules
