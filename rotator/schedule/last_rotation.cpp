#include "rotator/schedule/last_rotation.hpp"

#include <algorithm>

namespace longshore::rotator {

base::Timestamp last_rotation(const RotationTraces& traces, base::Timestamp now) {
  if (traces.state) return *traces.state;
  const base::Timestamp latest = now + std::chrono::hours(25);  // names may be in any zone's time
  std::optional<base::Timestamp> found;
  for (const ArchiveTime& archive : traces.archives) {
    // Compressing and copying give an archive a later time than its rotation had, so a name goes before.
    const base::Timestamp time = archive.named && *archive.named <= latest ? *archive.named : archive.modified;
    if (time <= latest) found = found ? std::max(*found, time) : time;
  }
  if (!found) found = traces.born && *traces.born <= now ? traces.born : traces.modified;
  return std::min(found.value_or(now), now);
}

}  // namespace longshore::rotator
