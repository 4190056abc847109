// When a log was last rotated. The state says it; where that is lost, the archives do (their names, else their times), else
// the birth of the live file: a container that is made anew each night still rotates weekly. Pure.
#pragma once

#include <optional>
#include <span>

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

struct ArchiveTime {
  std::optional<base::Timestamp> named;  // as the name tells
  base::Timestamp modified;              // when the archive was last written to
};

struct RotationTraces {
  std::optional<base::Timestamp> state;
  std::span<const ArchiveTime> archives;
  std::optional<base::Timestamp> born;      // of the live file, where the file system tells
  std::optional<base::Timestamp> modified;  // of the live file
};

// `now` where nothing is known. A name far in the future is not believed; the state is, so that a clock set back is seen.
base::Timestamp last_rotation(const RotationTraces& traces, base::Timestamp now);

}  // namespace longshore::rotator
