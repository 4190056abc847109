// Whether a log is to be rotated now, as logrotate decides it: by what the wall clock shows, to the hour. And when it was
// rotated last, as far as the files beside it tell, for a log of which no state file knows. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rotator/policy/moment.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

// What is known of a log when it is decided.
struct LogAtHand {
  std::uint64_t size = 0;    // bytes
  base::Timestamp modified;  // its last change
  base::Civil last_rotated;  // by the wall clock
};

struct Need {
  bool rotate = false;
  std::string reason;        // why, or why not; one line
  bool from_future = false;  // the last rotation lies in the future: somebody should look at the clock
};
Need need_for_rotation(const Policy& policy, const LogAtHand& log, const Moment& now, bool forced);

// The log was born at `born` (nothing: the file system does not say), last changed at `modified`; `archives`: the last
// changes of its archives. Never later than `now`.
base::Timestamp likely_last_rotation(std::optional<base::Timestamp> born, base::Timestamp modified,
                                     const std::vector<base::Timestamp>& archives, base::Timestamp now);

}  // namespace longshore::rotator
