// The slow, obviously right twin of Condition: keeps every match and counts anew each time it is asked.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "rules/engine/condition.hpp"

namespace longshore::rules {

class ConditionTwin {
 public:
  explicit ConditionTwin(When when) : when_(std::move(when)) {}
  void match(const Match& match) { matches_.push_back(match); }
  bool holds(base::Timestamp now) const {
    return std::visit([&](const auto& form) { return holds(form, now); }, when_);
  }

 private:
  std::vector<Match> in_window(base::Timestamp now, base::Duration within) const {
    std::vector<Match> found;
    for (const Match& match : matches_)
      if (match.time > now - within && match.time <= now) found.push_back(match);
    return found;
  }
  bool holds(const CountWhen& when, base::Timestamp now) const { return in_window(now, when.within).size() >= when.least; }
  bool holds(const DistinctWhen& when, base::Timestamp now) const {
    std::set<std::uint64_t> values;
    for (const Match& match : in_window(now, when.within)) values.insert(match.value);
    return values.size() >= when.least;
  }
  bool holds(const RatioWhen& when, base::Timestamp now) const {
    const std::vector<Match> all = in_window(now, when.within);
    const auto some = std::count_if(all.begin(), all.end(), [](const Match& m) { return m.query == 1; });
    if (all.size() < when.min_events || all.empty()) return false;
    const double left = static_cast<double>(some), right = when.share * static_cast<double>(all.size());
    return when.comparison == Comparison::at_least ? left >= right : left < right;
  }
  bool holds(const RateWhen& when, base::Timestamp now) const {
    if (matches_.empty()) return false;
    const auto first = std::min_element(matches_.begin(), matches_.end(), [](auto& a, auto& b) { return a.time < b.time; });
    if (now < first->time + 2 * when.within) return false;
    const auto current = in_window(now, when.within).size(), before = in_window(now - when.within, when.within).size();
    if (std::max(current, before) < when.min_events) return false;
    const double left = static_cast<double>(current), right = when.factor * static_cast<double>(before);
    return when.comparison == Comparison::at_least ? left >= right : left < right;
  }
  bool holds(const AbsentWhen& when, base::Timestamp now) const {
    if (matches_.empty()) return false;
    base::Timestamp last = matches_.front().time;
    for (const Match& match : matches_) last = std::max(last, match.time);
    return now >= last + when.after && (when.forget.count() == 0 || now < last + when.forget);
  }
  bool holds(const SequenceWhen&, base::Timestamp) const { return false; }   // by examples
  bool holds(const FirstSeenWhen&, base::Timestamp) const { return false; }  // by examples

  When when_;
  std::vector<Match> matches_;
};

}  // namespace longshore::rules
