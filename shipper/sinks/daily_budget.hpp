// How many bytes may still go out today (UTC), and when to say that it will not last. Pure.
#pragma once

#include <cstdint>

#include "common/base/bytes.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::shipper {

class DailyBudget {
 public:
  explicit DailyBudget(base::Bytes limit) : limit_(limit.value) {}  // 0: no budget

  // Whether `bytes` more fit into the day of `now`. One payload always does on a fresh day.
  bool allows(std::uint64_t bytes, base::Timestamp now);
  // They were delivered. True once a day: when four fifths of the budget have been passed.
  bool take(std::uint64_t bytes, base::Timestamp now);
  std::uint64_t used() const { return used_; }
  // From `now` to the next midnight.
  static base::Duration until_tomorrow(base::Timestamp now);

 private:
  void enter_day(base::Timestamp now);

  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::int64_t day_ = INT64_MIN;
  bool warned_ = false;
};

}  // namespace longshore::shipper
