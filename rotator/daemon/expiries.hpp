// Which archives of what was seen are to go: the retention's decision, with the names of things. Pure.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "rotator/daemon/survey.hpp"

namespace longshore::rotator {

struct ArchivePlace {
  std::size_t log, archive;  // indices into what was seen
};
struct PlannedExpiry {
  ArchivePlace place;
  ExpiryReason reason;
};

// `busy`: whether an archive is being read. `now`: nothing if the clock is in doubt.
std::vector<PlannedExpiry> plan_expiries(const Seen& seen, const Rules& rules,
                                         const std::function<bool(const ArchivePlace&)>& busy,
                                         std::optional<base::Timestamp> now);

// When the next archive becomes too old; kNever if none does.
base::Timestamp next_expiry_by_age(const Seen& seen, const Rules& rules);

}  // namespace longshore::rotator
