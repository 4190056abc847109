#include <gtest/gtest.h>
#include <simdjson.h>

#include "rules/report/html.hpp"
#include "rules/report/json.hpp"
#include "rules/report/table.hpp"
#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;

const base::Timestamp kFrom = base::parse_rfc3339("2026-11-23T00:00:00Z").value();

RuleTrial trial(const std::string& id, std::uint64_t opened, const std::string& text) {
  RuleTrial trial{
      .id = id, .file = "rules/a.yaml", .line = 3, .priority = Priority::p2, .matches = 12'345, .opened = opened};
  for (std::uint64_t i = 0; i < opened; ++i) {
    const base::Timestamp at = kFrom + 1h * static_cast<int>(i);
    trial.alerts.push_back(
        {.opened = at, .closed = at + 10min, .still_open = false, .count = 7, .group = text, .message = text});
    trial.timeline.add(at);
  }
  trial.open_total = 10min * static_cast<int>(opened);
  trial.open_longest = 10min;
  trial.groups = {{.group = text, .matches = 3, .opened = 2}};
  trial.samples = {text};
  trial.thresholds = {{0.5, 5, 9}, {1, 10, opened}, {2, 20, 0}};
  return trial;
}

BacktestReport report(const std::string& text = "plain") {
  BacktestReport report{.from = kFrom, .until = kFrom + 48h, .lines = 1'000'000};
  report.compares = true;
  report.rows.push_back({.now = trial("denied", 2, text), .before = trial("denied", 4, text)});
  report.rows.push_back({.now = trial("added", 1, text), .before = {}});
  report.rows.push_back({.now = {}, .before = trial("removed", 1, text)});
  RuleTrial quiet;
  quiet.id = "quiet";
  report.rows.push_back({.now = quiet, .before = quiet});
  return report;
}

TEST(Report, TheTableHasARowForEachRuleThatMatched) {
  EXPECT_EQ(backtest_table(report()),
            "1,000,000 lines from 2026-11-23T00:00:00Z to 2026-11-25T00:00:00Z (2d)\n"
            "RULE     PRIO  MATCHES     OPENED  A DAY  OPEN FOR  LONGEST  AT OTHER THRESHOLDS\n"
            "denied   P2     12,345     4 -> 2    1.0       20m      10m  5: 9  [10: 2]  20: 0\n"
            "added    P2     12,345     new: 1   0.50       10m      10m  5: 9  [10: 1]  20: 0\n"
            "removed  P2     12,345  1 -> gone   0.50       10m      10m  5: 9  [10: 1]  20: 0\n"
            "1 rule matched nothing\n");
}

TEST(Report, TheJsonHoldsAllOfIt) {
  simdjson::dom::parser parser;
  const std::string text = backtest_json(report("a \"b\"\n\xFF"));
  const simdjson::dom::element json = parser.parse(text);
  EXPECT_EQ(std::string_view(json["rules"].at(0)["rule"]), "denied");
  EXPECT_EQ(std::uint64_t(json["rules"].at(0)["before"]["opened"]), 4U);
  EXPECT_EQ(std::string_view(json["rules"].at(0)["now"]["alerts"].at(1)["closed"]), "2026-11-23T01:10:00.000000Z");
  EXPECT_EQ(double(json["rules"].at(0)["now"]["thresholds"].at(0)["opened_a_day"]), 4.5);
  EXPECT_EQ(std::string_view(json["rules"].at(0)["now"]["samples"].at(0)), "a \"b\"\n\xEF\xBF\xBD");
  EXPECT_TRUE(json["rules"].at(1)["before"].error() != simdjson::SUCCESS);
}

// What lines say cannot become part of the page, and the page asks for nothing.
TEST(Report, ThePageIsByItselfAndEscapesEverything) {
  const std::string hostile = "<script>alert(1)</script>\" onload='x' &\x01\xFF";
  BacktestReport with = report(hostile);
  with.rows[0].now->id = with.rows[0].now->file = hostile;
  with.rows[3].now->id = hostile;
  with.problems = {hostile};
  const std::string page = backtest_html(with);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("onload='"), std::string::npos);
  EXPECT_EQ(page.find('\x01'), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; \xEF\xBF\xBD"),
            std::string::npos);
  EXPECT_EQ(page.find("http://"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(page.find("url("), std::string::npos);
  EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
  EXPECT_NE(page.find("▼ 4 → 2"), std::string::npos);
}

TEST(Report, RulesThatOpenedNothingComeLastAndThoseThatMatchedNothingAreOnlyNamed) {
  BacktestReport with = report();
  with.rows.push_back(with.rows[3]);
  with.rows[4].now->id = "unread";
  with.rows[3].now->matches = 1'234;
  const std::string page = backtest_html(with);
  EXPECT_NE(page.find("<tr><td>quiet</td><td class=\"n\">1,234</td></tr>"), std::string::npos);
  EXPECT_NE(page.find("Rules that no line matches</h2><section class=\"rule\"><p>unread</p>"), std::string::npos);
}

TEST(Report, AReportOfNothingIsStillAPage) {
  const BacktestReport nothing;
  EXPECT_NE(backtest_html(nothing).find("0 lines"), std::string::npos);
  EXPECT_EQ(backtest_table(nothing), "0 lines\n");
}

TEST(Words, NumbersAndDurationsAreShort) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(rough(0s), "0s");
  EXPECT_EQ(rough(59s), "59s");
  EXPECT_EQ(rough(90s), "1m30s");
  EXPECT_EQ(rough(49h), "2d1h");
  EXPECT_EQ(rough(48h + 5min), "2d");
  EXPECT_EQ(rough(24h * 7 - 12s), "7d");
  EXPECT_EQ(rough(1h - 400ms), "1h");
  EXPECT_EQ(rate_text(0.139), "0.14");
  EXPECT_EQ(rate_text(3.21), "3.2");
  EXPECT_EQ(rate_text(1234.5), "1234");
}

}  // namespace
}  // namespace longshore::rules
