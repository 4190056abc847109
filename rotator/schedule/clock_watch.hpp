// Notices that the wall clock jumps: it is compared with the time that really passed. Pure.
#pragma once

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

class ClockWatch {
 public:
  // After a jump by more than a minute nothing may be thought too old for ten minutes: somebody may set it right again.
  static constexpr base::Duration kJump = std::chrono::minutes(1);
  static constexpr base::Duration kDoubt = std::chrono::minutes(10);

  // `steady`: of a clock that only moves forward. Returns by how much the wall clock has jumped since the last look; 0 if
  // not.
  base::Duration look(base::Timestamp wall, base::Duration steady) {
    const base::Duration jump = known_ ? (wall - wall_) - (steady - steady_) : base::Duration{};
    wall_ = wall;
    steady_ = steady;
    known_ = true;
    if (jump < kJump && jump > -kJump) return {};
    doubt_until_ = steady + kDoubt;
    return jump;
  }
  bool in_doubt(base::Duration steady) const { return steady < doubt_until_; }

 private:
  bool known_ = false;
  base::Timestamp wall_;
  base::Duration steady_{};
  base::Duration doubt_until_ = base::Duration::min();
};

}  // namespace longshore::rotator
