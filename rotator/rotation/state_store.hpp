// When each log was rotated last, kept in logrotate's state file; and what a run had under way when it was stopped, in a
// journal beside it (STATE.journal), which also is the lock that one run at a time has. After kill -9 at any moment the
// state file is whole, old or new; the journal then knows what it lacks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/logrotate/messages.hpp"
#include "rotator/logrotate/state_file.hpp"
#include "rotator/policy/moment.hpp"

namespace longshore::rotator {

struct StateOptions {
  std::string path = "/var/lib/logrotate/status";  // "/dev/null": nothing is read, written or locked
  bool lock = true;
  bool wait = false;  // for the lock, without end
  bool dry = false;   // only read; a file that is missing is empty
};

// A log was about to be moved away when an earlier run was stopped.
struct Unfinished {
  std::string archive;                  // the path that it was to have
  std::uint64_t device = 0, inode = 0;  // of the log
  base::Civil date;                     // of that run
};

class StateStore {
 public:
  // Code::closed: somebody else has the lock. Other errors: the file cannot be used. Both mean that nothing must be rotated.
  static base::Result<StateStore> open(const StateOptions& options, Messages& messages);

  // Reads both files. False: something in them made no sense; it was told, and the rest is there.
  bool read(Messages& messages);

  // Nothing: no run knows of the log. Marks it as used.
  std::optional<base::Civil> last_rotated(const std::string& path);
  const std::map<std::string, Unfinished>& unfinished() const { return unfinished_; }
  void forget_unfinished(const std::string& path) { unfinished_.erase(path); }

  void set_last_rotated(const std::string& path, const base::Civil& date);  // in memory
  // Before the first step and after the last one of a rotation, in the journal. What is noted before must be durable:
  // sync(); what is noted after says no more than the disk does.
  base::Result<void> moving(const std::string& path, const Unfinished& what);
  base::Result<void> moved(const std::string& path, const base::Civil& date);
  base::Result<void> sync();  // the journal

  // The state file anew, in one step, without what is unused for a year; the journal then is empty, unless something did not
  // come to its end.
  base::Result<void> save(const Moment& now, Messages& messages);

 private:
  StateStore(StateOptions options, std::unique_ptr<const Directory> directory, std::string name)
      : options_(std::move(options)), directory_(std::move(directory)), name_(std::move(name)) {}
  base::Result<void> open_journal(Messages& messages);
  base::Result<void> open_state(Messages& messages);
  base::Result<void> lock(int file, Messages& messages);
  base::Result<void> append(const std::string& line);
  void read_journal(const std::string& text);

  StateOptions options_;
  std::unique_ptr<const Directory> directory_;  // none: /dev/null
  std::string name_;
  base::UniqueFd state_, journal_;
  StateEntries entries_;
  std::map<std::string, Unfinished> unfinished_;
  bool torn_ = false;             // the journal ends in the middle of a line
  bool synced_ = true;            // nothing was appended since
  bool name_is_durable_ = false;  // of the journal
};

}  // namespace longshore::rotator
