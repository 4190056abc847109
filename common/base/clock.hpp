// Time is handed in. Pure code takes a Timestamp; an adapter that must ask takes a Clock, which tests advance by hand.
#pragma once

#include "common/base/timestamp.hpp"

namespace longshore::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;  // wall clock; may jump
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override {
    return {std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count()};
  }
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override { return now_; }
  void advance(Duration by) { now_ = now_ + by; }
  void set(Timestamp to) { now_ = to; }

 private:
  Timestamp now_;
};

}  // namespace longshore::base
