// What rules would have done over archived lines. Plain data, for a table, JSON or a page.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/alert/alert_change.hpp"
#include "rules/trial/timeline.hpp"

namespace longshore::rules {

struct AlertSpan {
  base::Timestamp opened, closed;  // still open at the end: closed is the end
  bool still_open = true;
  std::uint64_t count = 0;  // matches
  std::string group, message;
};

struct GroupCount {
  std::string group;
  std::uint64_t matches = 0, opened = 0;
};

struct ThresholdCount {
  double factor = 1;            // of the rule's own threshold
  std::uint64_t threshold = 0;  // what it would be
  std::uint64_t opened = 0;
};

struct RuleTrial {
  std::string id, file;
  std::size_t line = 0;
  Priority priority = Priority::p3;
  std::uint64_t matches = 0, opened = 0;
  std::uint64_t held = 0, rolled_up = 0;        // opens that a mute held back; that became part of a roll-up
  base::Duration open_total{}, open_longest{};  // of all alerts together
  std::vector<AlertSpan> alerts = {};           // the first kMostAlerts
  std::vector<GroupCount> groups = {};          // those with most opens, then matches; at most kMostGroups
  std::vector<std::string> samples = {};        // the first lines that matched; at most kMostSamples
  std::vector<ThresholdCount> thresholds = {};  // in ascending order, its own included; none: it counts nothing
  Timeline timeline = {};                       // matches

  static constexpr std::size_t kMostAlerts = 2000, kMostGroups = 5, kMostSamples = 3;
};

struct BacktestReport {
  struct Row {
    std::optional<RuleTrial> now, before;
    const RuleTrial& any() const { return now ? *now : *before; }
  };
  base::Timestamp from, until;  // of the lines
  std::uint64_t lines = 0, untimed = 0, ahead = 0, cut = 0, late = 0;
  std::vector<std::string> problems = {};
  bool compares = false;  // there is an old set
  std::vector<Row> rows = {};

  // At least an hour: less says nothing about a day.
  double days() const { return std::max(std::chrono::duration<double, std::ratio<86400>>(until - from).count(), 1.0 / 24); }
  double a_day(std::uint64_t count) const { return static_cast<double>(count) / days(); }
};

}  // namespace longshore::rules
