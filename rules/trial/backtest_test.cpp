#include "rules/trial/backtest.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "rules/file/rules_for_test.hpp"

namespace longshore::rules {
namespace {

RuleSet rules(const std::string& text) {
  RulesForTest files;
  files.with("rule.yaml", text);
  RuleSet set = files.load();
  EXPECT_EQ(set.problems, "");
  return set;
}

RuleSet counting(int least, const std::string& more = "") {
  return rules(
      "rules:\n- rule: denied\n  match: denied\n  extract: 'message:/from (?P<ip>\\S+)/'\n  group_by: [cap.ip]\n"
      "  when: {count: '>= " +
      std::to_string(least) + "', within: 1m}\n  open: {keep: 1m}\n  alert: {message: 'from {cap.ip}'}\n" + more);
}

class Backtest : public ::testing::Test {
 protected:
  // A line a second for `count` seconds from the minute on.
  void lines(int minute, int count, const std::string& text) {
    std::ofstream out(folder_ / "lines.log", std::ios::app);
    for (int i = 0; i < count; ++i)
      out << "<11>1 2026-11-23T04:" << (minute + i / 60 < 10 ? "0" : "") << minute + i / 60 << ":"
          << (i % 60 < 10 ? "0" : "") << i % 60 << "Z web-1 app - - - " << text << "\n";
  }
  BacktestReport run(RuleSet now, std::optional<RuleSet> before = {}, unsigned threads = 1) {
    return backtest(std::move(now), std::move(before), {.files = {folder_ / "lines.log"}, .threads = threads});
  }

  TemporaryFolder folder_;
};

TEST_F(Backtest, SaysHowOftenARuleOpensAndForHowLong) {
  lines(0, 30, "denied from 192.0.2.7");
  lines(10, 10, "denied from 192.0.2.8");
  lines(20, 5, "all is well");
  const BacktestReport report = run(counting(10));
  EXPECT_EQ(report.lines, 45U);
  EXPECT_EQ(base::format_rfc3339(report.from, 0), "2026-11-23T04:00:00Z");
  EXPECT_EQ(base::format_rfc3339(report.until, 0), "2026-11-23T04:20:04Z");
  ASSERT_EQ(report.rows.size(), 1U);
  const RuleTrial& trial = *report.rows[0].now;
  EXPECT_EQ(trial.matches, 40U);
  EXPECT_EQ(trial.opened, 2U);
  ASSERT_EQ(trial.alerts.size(), 2U);
  EXPECT_EQ(base::format_rfc3339(trial.alerts[0].opened, 0), "2026-11-23T04:00:09Z");
  EXPECT_FALSE(trial.alerts[0].still_open);
  EXPECT_EQ(trial.alerts[0].message, "from 192.0.2.7");
  EXPECT_EQ(trial.open_longest, trial.alerts[0].closed - trial.alerts[0].opened);
  ASSERT_EQ(trial.groups.size(), 2U);
  EXPECT_EQ(trial.groups[0].group, "192.0.2.7");
  EXPECT_EQ(trial.groups[0].matches, 30U);
  EXPECT_EQ(trial.samples[0], "web-1 app: denied from 192.0.2.7");
}

TEST_F(Backtest, OtherThresholdsAreTriedInTheSameRun) {
  lines(0, 30, "denied from 192.0.2.7");
  lines(10, 10, "denied from 192.0.2.8");
  const BacktestReport report = run(counting(10));
  std::string sweep;
  for (const ThresholdCount& each : report.rows[0].now->thresholds)
    sweep += std::to_string(each.threshold) + ":" + std::to_string(each.opened) + " ";
  EXPECT_EQ(sweep, "5:2 10:2 20:1 40:0 80:0 ");
}

TEST_F(Backtest, OldAndNewRulesStandSideBySide) {
  lines(0, 30, "denied from 192.0.2.7");
  const BacktestReport report = run(counting(40, "- rule: added\n  match: denied\n  alert: {message: m}\n"),
                                    counting(10, "- rule: removed\n  match: nothing\n  alert: {message: m}\n"));
  ASSERT_EQ(report.rows.size(), 3U);
  EXPECT_TRUE(report.compares);
  for (const auto& row : report.rows) {
    if (row.any().id == "denied") {
      EXPECT_EQ(row.before->opened, 1U);
      EXPECT_EQ(row.now->opened, 0U);
    }
    EXPECT_EQ(row.now.has_value(), row.any().id != "removed");
    EXPECT_EQ(row.before.has_value(), row.any().id != "added");
  }
}

TEST_F(Backtest, TheEndOfTheLinesIsNoSilence) {
  lines(0, 3, "heartbeat");
  const BacktestReport report = run(rules("rule: silent\nmatch: heartbeat\nwhen: {absent: 1m}\nalert: {message: m}\n"));
  EXPECT_EQ(report.rows[0].now->opened, 0U);
}

TEST_F(Backtest, WhatIsOpenAtTheEndIsSaidToBe) {
  lines(0, 2, "heartbeat");
  lines(5, 2, "other");
  const BacktestReport report = run(rules("rule: silent\nmatch: heartbeat\nwhen: {absent: 1m}\nalert: {message: m}\n"));
  const RuleTrial& trial = *report.rows[0].now;
  ASSERT_EQ(trial.alerts.size(), 1U);
  EXPECT_TRUE(trial.alerts[0].still_open);
  EXPECT_EQ(base::format_rfc3339(trial.alerts[0].opened, 0), "2026-11-23T04:01:01Z");
  EXPECT_EQ(base::format_rfc3339(trial.alerts[0].closed, 0), "2026-11-23T04:05:01Z");
}

TEST_F(Backtest, MoreThreadsSayTheSame) {
  lines(0, 50, "denied from 192.0.2.7");
  const std::string more =
      "- rule: b\n  match: denied\n  alert: {message: m}\n- rule: c\n  match: 192.0.2.7\n  alert: {message: m}\n";
  const BacktestReport one = run(counting(10, more), counting(5), 1), four = run(counting(10, more), counting(5), 4);
  ASSERT_EQ(one.rows.size(), four.rows.size());
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    EXPECT_EQ(one.rows[i].any().id, four.rows[i].any().id);
    EXPECT_EQ(one.rows[i].now->opened, four.rows[i].now->opened);
    EXPECT_EQ(one.rows[i].now->matches, four.rows[i].now->matches);
  }
}

TEST_F(Backtest, NoLinesAreNoTrouble) {
  lines(0, 0, "");
  const BacktestReport report = run(counting(10));
  EXPECT_EQ(report.lines, 0U);
  EXPECT_EQ(report.rows[0].now->opened, 0U);
}

}  // namespace
}  // namespace longshore::rules
