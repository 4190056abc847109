#include "rules/trial/rule_trials.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace longshore::rules {
namespace {

using Kind = AlertChange::Kind;

constexpr std::array kFactors = {0.5, 1.0, 2.0, 4.0, 8.0};
constexpr std::size_t kMostGroupsCounted = 10'000;
constexpr std::size_t kMemory = 512 << 20;

// The number that a rule counts up to; null: it does not.
std::uint64_t* threshold_of(RuleSpec& rule) {
  if (auto* const count = std::get_if<CountWhen>(&rule.when)) return count->within.count() > 0 ? &count->least : nullptr;
  if (auto* const distinct = std::get_if<DistinctWhen>(&rule.when)) return &distinct->least;
  return nullptr;
}

std::string line_of(const EventView& event) {
  constexpr std::size_t kMost = 300;
  std::string line(event.host);
  if (!event.app.empty()) line.append(line.empty() ? "" : " ").append(event.app);
  if (!line.empty()) line += ": ";
  return line.append(event.message.substr(0, kMost));
}

}  // namespace

std::string group_text(std::span<const std::string> values) {
  std::string text;
  for (const std::string& value : values) text.append(text.empty() ? "" : ", ").append(value);
  return text;
}

RuleTrials::RuleTrials(RuleSet set) {
  for (const RuleSpec& rule : set.rules) {
    variants_.emplace(rule.id, Variant{trials_.size(), kItself});
    trials_.push_back(
        {.result = {.id = rule.id, .file = rule.file, .line = rule.place.line, .priority = rule.alert.priority}});
  }
  add_variants(set);
  program_ = compile_rules(std::move(set));
}

// A rule with another threshold is a rule of its own, under a name that no rule can have, muted when the rule is.
void RuleTrials::add_variants(RuleSet& set) {
  for (std::size_t i = 0; i < trials_.size(); ++i) {
    const std::uint64_t* const least = threshold_of(set.rules[i]);
    if (least == nullptr) continue;
    std::vector<ThresholdCount>& thresholds = trials_[i].result.thresholds;
    for (const double factor : kFactors) {
      const auto threshold = static_cast<std::uint64_t>(std::llround(static_cast<double>(*least) * factor));
      if (threshold == 0 || threshold > 1'000'000 || (!thresholds.empty() && thresholds.back().threshold == threshold))
        continue;
      thresholds.push_back({.factor = factor, .threshold = threshold});
    }
  }
  for (std::size_t i = 0; i < trials_.size(); ++i)
    for (std::size_t t = 0; t < trials_[i].result.thresholds.size(); ++t) {
      const ThresholdCount& threshold = trials_[i].result.thresholds[t];
      if (threshold.factor == 1) continue;
      RuleSpec variant = set.rules[i];
      *threshold_of(variant) = threshold.threshold;
      variant.id += " " + std::to_string(threshold.threshold);
      for (MuteSpec& mute : set.mutes)
        if (std::find(mute.rules.begin(), mute.rules.end(), set.rules[i].id) != mute.rules.end())
          mute.rules.push_back(variant.id);
      variants_.emplace(variant.id, Variant{i, t});
      set.rules.push_back(std::move(variant));
    }
}

void RuleTrials::begin(base::Timestamp start) {
  time_ = std::make_unique<VirtualTime>(program_, EngineOptions{.host = "backtest", .memory = kMemory}, start,
                                        [this](const AlertChange& change) { take(change); });
  time_->engine().set_observer([this](const RuleMatch& match) { matched(match); });
}

void RuleTrials::show(const LineBatch& events) {
  if (time_ == nullptr && events.size() > 0) begin(events[0].time);
  for (std::size_t i = 0; i < events.size(); ++i) time_->show(events[i]);
}

GroupCount* RuleTrials::group(Trial& trial, std::string name) {
  const auto found = trial.groups.find(name);
  if (found != trial.groups.end()) return &found->second;
  if (name.empty() || trial.groups.size() >= kMostGroupsCounted) return nullptr;
  GroupCount count{.group = name};
  return &trial.groups.emplace(std::move(name), std::move(count)).first->second;
}

void RuleTrials::matched(const RuleMatch& match) {
  const Variant variant = variants_.at(match.rule.id);
  if (variant.threshold != kItself || match.role.kind != Program::Role::Kind::match) return;
  Trial& trial = trials_[variant.trial];
  ++trial.result.matches;
  trial.result.timeline.add(match.event.time);
  if (trial.result.samples.size() < RuleTrial::kMostSamples) trial.result.samples.push_back(line_of(match.event));
  if (GroupCount* const counted = group(trial, group_text(match.group))) ++counted->matches;
}

void RuleTrials::take(const AlertChange& change) {
  const auto found = variants_.find(change.rule);
  if (found == variants_.end()) return;  // an alert of the engine's own
  const auto [index, threshold] = found->second;
  Trial& trial = trials_[index];
  RuleTrial& result = trial.result;
  if (change.kind == Kind::open && over_) return;
  if (threshold != kItself) {
    if (change.kind == Kind::open) ++result.thresholds[threshold].opened;
    return;
  }
  if (change.kind == Kind::close) return close(trial, change.alias, change.at, false);
  if (change.kind == Kind::open) {
    close(trial, change.alias, change.at, false);  // an alert of the fleet that one host has opened before
    ++result.opened;
    trial.open.insert_or_assign(change.alias, OpenAlert{result.alerts.size(), change.at});
    std::string name = group_text(change.group);
    if (GroupCount* const counted = group(trial, name)) ++counted->opened;
    if (result.alerts.size() < RuleTrial::kMostAlerts)
      result.alerts.push_back(
          {.opened = change.at, .closed = change.at, .group = std::move(name), .message = change.message});
  }
  const auto open = trial.open.find(change.alias);
  if (open != trial.open.end() && open->second.index < result.alerts.size())
    result.alerts[open->second.index].count = change.count;
}

void RuleTrials::close(Trial& trial, const std::string& alias, base::Timestamp at, bool still_open) {
  const auto open = trial.open.find(alias);
  if (open == trial.open.end()) return;
  const auto [index, since] = open->second;
  trial.open.erase(open);
  RuleTrial& result = trial.result;
  result.open_total += at - since;
  result.open_longest = std::max(result.open_longest, at - since);
  if (index >= result.alerts.size()) return;
  result.alerts[index].closed = at;
  result.alerts[index].still_open = still_open;
}

std::vector<RuleTrial> RuleTrials::finish() {
  over_ = true;
  std::vector<RuleTrial> all;
  const base::Timestamp end = time_ == nullptr ? base::Timestamp{} : time_->now();
  if (time_ != nullptr) {
    time_->finish();
    late_ = time_->engine().counters().late;
    for (const auto& status : time_->engine().status()) {
      const Variant variant = variants_.at(status.rule->id);
      if (variant.threshold != kItself) continue;
      trials_[variant.trial].result.held = status.counters.held;
      trials_[variant.trial].result.rolled_up = status.counters.rolled_up;
    }
    for (AlertChange& alert : time_->engine().open_alerts()) {  // with their counts of now
      alert.kind = Kind::repeat;
      take(alert);
    }
  }
  for (Trial& trial : trials_) {
    while (!trial.open.empty()) close(trial, std::string(trial.open.begin()->first), end, true);
    for (ThresholdCount& threshold : trial.result.thresholds)
      if (threshold.factor == 1) threshold.opened = trial.result.opened;
    for (auto& [name, count] : trial.groups) trial.result.groups.push_back(std::move(count));
    std::sort(trial.result.groups.begin(), trial.result.groups.end(), [](const GroupCount& a, const GroupCount& b) {
      return std::tie(b.opened, b.matches, a.group) < std::tie(a.opened, a.matches, b.group);
    });
    if (trial.result.groups.size() > RuleTrial::kMostGroups) trial.result.groups.resize(RuleTrial::kMostGroups);
    all.push_back(std::move(trial.result));
  }
  return all;
}

}  // namespace longshore::rules
