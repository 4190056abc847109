// How often something happened, over a time whose end is not known beforehand: at most kMost periods of equal length, which
// doubles as the time grows. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/base/timestamp.hpp"

namespace longshore::rules {

class Timeline {
 public:
  static constexpr std::size_t kMost = 480;

  // What is before the first counts with the first.
  void add(base::Timestamp time) {
    if (counts_.empty()) start_ = time;
    while (index(time) >= kMost) halve();
    const std::size_t at = index(time);
    if (at >= counts_.size()) counts_.resize(at + 1);
    ++counts_[at];
  }

  base::Timestamp start() const { return start_; }
  base::Duration period() const { return period_; }
  const std::vector<std::uint64_t>& counts() const { return counts_; }

 private:
  std::size_t index(base::Timestamp time) const {
    return time <= start_ ? 0 : static_cast<std::size_t>((time - start_) / period_);
  }
  void halve() {
    for (std::size_t i = 0; i < counts_.size(); i += 2)
      counts_[i / 2] = counts_[i] + (i + 1 < counts_.size() ? counts_[i + 1] : 0);
    counts_.resize((counts_.size() + 1) / 2);
    period_ *= 2;
  }

  base::Timestamp start_;
  base::Duration period_ = std::chrono::seconds(1);
  std::vector<std::uint64_t> counts_;
};

}  // namespace longshore::rules
