// How much happened in a period, of two kinds, in steps of a 120th of it: the memory of `ratio` and `rate`. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::rules {

class PeriodCounts {
 public:
  struct Sum {
    std::uint64_t all = 0, some = 0;
  };
  // Keeps `periods` times `period` (> 0).
  PeriodCounts(base::Duration period, int periods)
      : period_(period.count()), kept_(periods * period.count()), step_(std::max<std::int64_t>(1, period.count() / 120)) {}

  // False: too late to count.
  bool add(base::Timestamp time, bool some) {
    const std::int64_t at = start_of_step(time.ns);
    if (!steps_.empty() && at <= steps_.back().at - kept_) return false;
    auto place = steps_.end();
    while (place != steps_.begin() && std::prev(place)->at > at) --place;
    if (place == steps_.begin() || std::prev(place)->at != at) place = std::next(steps_.insert(place, {at, {}}));
    Sum& sum = std::prev(place)->sum;
    ++sum.all;
    sum.some += some ? 1 : 0;
    while (steps_.front().at <= steps_.back().at - kept_) steps_.pop_front();
    return true;
  }
  // Of the period that ended `before` periods before `now`: 0 is the one that ends now.
  Sum sum(base::Timestamp now, int before) const {
    const std::int64_t end = now.ns - before * period_;
    Sum total;
    for (const Step& step : steps_) {
      if (step.at <= end - period_ || step.at > end) continue;
      total.all += step.sum.all;
      total.some += step.sum.some;
    }
    return total;
  }
  // When a sum changes next without anything new: a step leaves its period.
  base::Timestamp next_change(base::Timestamp now) const {
    std::int64_t next = base::kNever.ns;
    for (const Step& step : steps_)
      for (std::int64_t end = step.at + period_; end <= step.at + kept_; end += period_)
        if (end > now.ns) next = std::min(next, end);
    return {next};
  }
  std::size_t bytes() const { return steps_.size() * sizeof(Step); }

 private:
  struct Step {
    std::int64_t at;
    Sum sum;
  };
  std::int64_t start_of_step(std::int64_t ns) const { return ns - ns % step_; }

  std::int64_t period_, kept_, step_;
  std::deque<Step> steps_;  // oldest first
};

}  // namespace longshore::rules
