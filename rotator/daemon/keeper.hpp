// The daemon's mind: looks at files when something may have changed, decides what is due, has it done, and says when it
// wants to look again. Time is handed in, files are real. What it knows is what the disk says; nothing is lost when it ends.
// Loop thread only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/base/zone.hpp"
#include "rotator/daemon/hands.hpp"
#include "rotator/schedule/clock_watch.hpp"
#include "rotator/schedule/decision.hpp"
#include "rotator/watch/folder_watch.hpp"

namespace longshore::rotator {

struct KeeperCounts {
  std::uint64_t rotations = 0, rotation_failures = 0, archived_bytes = 0, at_risk_bytes = 0;
  std::uint64_t reopen_failures = 0;
  std::uint64_t compressions = 0, compression_failures = 0, compressed_from = 0, compressed_to = 0;
  std::array<std::uint64_t, 5> expired{}, expired_bytes{};  // by ExpiryReason
  std::uint64_t surveys = 0, clock_jumps = 0;
};

// What is known of one log beyond what the disk says.
struct LogState {
  base::Timestamp last_rotation, next;
  bool busy = false;
  bool interrupted = false;   // by the end of an earlier process; to be completed before all else
  std::uint64_t copied = 0;   // bytes of the file that `copy` has put into an archive
  base::Duration retry_at{};  // steady; after a failure
  std::string error;          // of the last rotation; empty: it was good
  std::string how;            // of the last good one
  std::string why;            // the last decision, for status
  std::uint64_t archives = 0, archive_bytes = 0;

  // Until that was tried, its archives are left alone: one of them may be what is to be completed.
  bool archives_wait() const { return busy || (interrupted && error.empty()); }
};

class Keeper {
 public:
  Keeper(std::shared_ptr<const Rules> rules, base::Zone zone, base::Duration poll_interval, Hands& hands, Runner& runner,
         FolderWatch& watch);

  // Does what is due. Returns after which time at the latest it wants to be called again; sooner when the watch has
  // something. `steady`: of a clock that only moves forward.
  base::Duration tick(base::Timestamp wall, base::Duration steady);
  void set_rules(std::shared_ptr<const Rules> rules, base::Zone zone);
  // Nothing new is begun.
  void close() { closed_ = true; }
  std::size_t under_way() const { return under_way_; }

  const KeeperCounts& counts() const { return counts_; }
  const Rules& rules() const { return *rules_; }
  const Seen& seen() const { return seen_; }  // without the archives
  const LogState& state(std::size_t log) const { return *state_of_[log]; }
  std::string path_of(const SeenLog& log) const { return seen_.folders[log.folder] + "/" + log.name; }
  std::size_t waiting_for_compression() const { return to_compress_; }

 private:
  void take_survey();
  void remember(const SeenLog& log);
  void order_removals();
  void order_compressions();
  void look(std::size_t log);
  Decision decide_for(std::size_t log);
  void read_changes();
  void poll();
  bool short_of_space();
  bool over_a_total() const;
  void rotate_due();
  using Hand = base::Result<RotationOutcome> (Hands::*)(const LogOrder&);
  void start_rotation(std::size_t log, Hand hand, const std::string& why);
  void rotated(const std::string& path, const LogOrder& order, const std::string& why,
               const base::Result<RotationOutcome>& result);
  void want_survey(base::Duration delay);
  LogOrder order_for(const SeenLog& log) const;
  base::Duration next_look() const;

  std::shared_ptr<const Rules> rules_;
  base::Zone zone_;
  base::Duration poll_interval_;
  Hands& hands_;
  Runner& runner_;
  FolderWatch& watch_;

  base::Timestamp now_;
  base::Duration steady_{};
  ClockWatch clock_;
  Seen seen_;
  std::vector<std::uint64_t> archive_bytes_;  // of each rule, at the last survey
  std::vector<std::uint64_t> volume_archive_bytes_;
  std::unordered_map<std::string, LogState> states_;                     // by path
  std::vector<LogState*> state_of_;                                      // of seen_.logs, into states_
  std::unordered_map<std::string, std::size_t> by_path_;                 // into seen_.logs
  std::unordered_map<std::string, std::vector<std::size_t>> by_folder_;  // the logs in a folder, by its path
  std::unordered_set<std::string> busy_archives_;                        // paths
  struct Later {
    base::Duration at{}, pause{};  // steady; since the last try
  };
  std::unordered_map<std::string, Later> compress_later_;  // by path: archives that could not be compressed yet
  base::Timestamp next_age_ = base::kNever;
  base::Timestamp next_rotation_;  // not before then is a log due, unless it is looked at
  base::Duration next_retry_ = base::Duration::max();
  base::Duration survey_at_{}, survey_took_{}, survey_ended_{}, poll_at_{}, guard_at_{}, hopeless_until_{};
  bool looked_ = false;                   // in this tick something was found changed
  std::unordered_set<std::string> told_;  // problems that were told already
  std::size_t under_way_ = 0, to_compress_ = 0;
  bool closed_ = false;
  KeeperCounts counts_;
};

}  // namespace longshore::rotator
