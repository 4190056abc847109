// Containers that stand still while their log is emptied (`in_place: pause`). Which ones is on the disk before the first of
// them is paused (docs/formats/rotation-journal.md), so that one whose rotator was killed meanwhile is let go by the next.
// What somebody else has paused stays paused. One thread; blocks.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "common/docker/engine.hpp"
#include "rotator/inplace/disk.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

// ".app.log.paused", beside the archives.
std::string paused_name(const std::string& live_name);

class WriterPause {
 public:
  // `directory`: where the archives are; open as long as this lives. Disk and engine live longer.
  WriterPause(Disk& disk, const docker::Engine& engine, int directory, const std::string& live_name)
      : disk_(disk), engine_(engine), directory_(directory), name_(paused_name(live_name)) {}

  // Pauses those that run. After an error some may stand still: thaw().
  base::Result<void> freeze(const std::vector<ContainerSignal>& who);
  // Lets go whom freeze() has paused, and forgets them. After an error the record stays, and whoever could not be let go.
  base::Result<void> thaw();
  // The same for those of an earlier process that was killed meanwhile; how many they were. Code::unavailable and others of
  // the engine: it cannot be asked now; to be tried again.
  base::Result<std::size_t> thaw_left_behind();

 private:
  base::Result<void> record(const std::vector<std::string>& ids);
  base::Result<void> forget();
  base::Result<bool> is_ours(const docker::Container& container, base::Timestamp recorded) const;

  Disk& disk_;
  const docker::Engine& engine_;
  int directory_;
  std::string name_;
  std::vector<std::string> paused_;  // by this one
  bool recorded_ = false;
};

}  // namespace longshore::rotator
