// When something happened lately: times in order, with how often. Exact for few; of many, times are rounded down to a
// thousandth of the window, so that a group's memory is bounded whatever its rule counts. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::rules {

class RecentTimes {
 public:
  static constexpr std::uint64_t kMostExact = 1024;

  // Keeps at least the newest `most` times within `window` (> 0).
  RecentTimes(base::Duration window, std::uint64_t most)
      : window_(window.count()), most_(most), step_(most > kMostExact ? std::max<std::int64_t>(1, window_ / 1000) : 1) {}

  // False: older than all that is in the window of the newest: too late to count.
  bool add(base::Timestamp time) {
    const std::int64_t at = time.ns - time.ns % step_;
    if (!entries_.empty() && time.ns <= newest() - window_) return false;
    auto place = entries_.end();
    while (place != entries_.begin() && std::prev(place)->at > at) --place;
    if (place != entries_.begin() && std::prev(place)->at == at && step_ > 1)
      ++std::prev(place)->count;
    else
      entries_.insert(place, {at, 1});
    ++count_;
    trim();
    return true;
  }

  // The time of the `n`-th newest, counted from 1; INT64_MIN if there are fewer.
  std::int64_t nth_newest(std::uint64_t n) const {
    if (n > count_) return std::numeric_limits<std::int64_t>::min();
    auto entry = entries_.rbegin();
    for (; entry->count < n; ++entry) n -= entry->count;
    return entry->at;
  }
  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    std::int64_t at;
    std::uint64_t count;
  };
  std::int64_t newest() const { return entries_.back().at; }
  void trim() {
    std::size_t gone = 0;
    while (gone + 1 < entries_.size() && (entries_[gone].at <= newest() - window_ || count_ - entries_[gone].count >= most_))
      count_ -= entries_[gone++].count;
    if (gone > 0) entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(gone));
  }

  std::int64_t window_;
  std::uint64_t most_;
  std::int64_t step_;
  std::uint64_t count_ = 0;
  std::vector<Entry> entries_;  // oldest first
};

}  // namespace longshore::rules
