// At most so many requests a minute, the first tenth of them at once. Pure; time is handed in, monotonic.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/base/duration.hpp"

namespace longshore::rules {

class TokenBucket {
 public:
  // `per_minute`: 0: no limit.
  explicit TokenBucket(std::uint32_t per_minute)
      : interval_(per_minute == 0 ? base::Duration{} : base::Duration(std::chrono::minutes(1)) / per_minute),
        burst_(interval_ * std::max<std::int64_t>(0, per_minute / 10 - 1)) {}

  // When the next may go; in the past: now.
  base::Duration opens_at() const { return full_at_ - burst_; }
  void take(base::Duration now) { full_at_ = std::max(full_at_, now) + interval_; }

 private:
  base::Duration interval_, burst_;
  base::Duration full_at_{};  // when the bucket will be full again
};

}  // namespace longshore::rules
