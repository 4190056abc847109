// `how: rename`: the log becomes an archive, and a new one takes its name. What is under way is on the disk before the log
// moves (docs/formats/rotation-journal.md): whenever we are killed, the next process gives the log its successor and tells
// its writers. One thread; blocks.
#pragma once

#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "rotator/files/attributes.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

// ".app.log.renaming", beside the log.
std::string renaming_name(const std::string& log);

class Renaming {
 public:
  // Both directories outlive this.
  Renaming(const Directory& folder, const Directory& archives, std::string log)
      : folder_(folder), archives_(archives), log_(std::move(log)) {}

  // The log is under the archive's name, durably; where `successor` says how, a new one is under its own. After an error all
  // is as it was. forget() when the writers know.
  base::Result<void> move(const std::string& archive, const std::optional<Access>& successor);

  // The archive of an earlier process that was killed before its writers knew: the log has its successor now; they are to be
  // told, then forget(). Nothing: there is none, or nothing had happened, which is so again.
  base::Result<std::optional<std::string>> complete();
  base::Result<void> forget();

 private:
  base::Result<void> record(const std::string& archive);
  base::Result<void> make_successor(const Access& access);
  base::Result<void> place_successor();
  base::Result<void> undo(base::Error why);

  const Directory& folder_;
  const Directory& archives_;
  std::string log_;
};

}  // namespace longshore::rotator
