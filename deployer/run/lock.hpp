// The lock of an environment: a note with the same name on every host, held by whoever has it on more than half of them
// (docs/decisions/0011). Beside it stands the record of the rollout under way: both stay when a run is killed or stopped
// half way, so that `resume` and `abort` find them, and go when the rollout is finished in either direction. Of the two, a
// taking over removes only the lock, so that no instant is without a record.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "deployer/run/fleet.hpp"

namespace longshore::deployer {

struct LockRecord {
  std::string token;        // random; whose lock it is
  std::string rollout;      // id
  std::string command;      // "apply", "rollback": what `resume` goes on with
  std::string composition;  // its name, and the text of its lock
  std::string lock_text;
  std::string previous_text;  // lock of the release that was there before; empty: none
  std::string owner;          // "user@machine"
  std::string machine;        // where `pid` means something
  std::string pid;
  std::string build_url;  // of the Jenkins build; may be empty
  base::Timestamp since, until;
};

class Lock {
 public:
  Lock(Fleet& fleet, std::string environment) : fleet_(fleet), environment_(std::move(environment)) {}

  // The record of whoever holds it, or has left a rollout unfinished; nullopt: nobody. Of several (a race), the one on most
  // hosts. `skipped` hosts are not asked.
  base::Result<std::optional<LockRecord>> holder(const std::set<std::string>& skipped);
  // Code::exists: somebody else has it, or has left another rollout unfinished. unavailable: too few hosts answer.
  base::Result<void> acquire(const LockRecord& record, const std::set<std::string>& skipped);
  // Removes the other's notes, then acquires.
  base::Result<void> take_over(const LockRecord& from, const LockRecord& record, const std::set<std::string>& skipped);
  // Before each change of a host: whether the lock there is still ours. Code::permission: it was taken over.
  base::Result<void> check(Host& host) const;
  base::Result<void> release();

 private:
  std::string name() const { return "longshore-lock." + environment_; }
  std::string record_name(const LockRecord& record) const {
    return "longshore-rollout." + environment_ + "." + record.rollout;
  }
  base::Result<std::optional<LockRecord>> most_common(const char* kind);
  base::Result<void> remove_lock(const std::string& token);
  std::vector<std::string> asked() const;  // hosts, sorted

  Fleet& fleet_;
  std::string environment_;
  LockRecord record_;
  std::set<std::string> skipped_;
};

// Whether the one who holds it is certainly gone: its time is over, or it was a process of this machine that has ended.
// `build_ended`: Jenkins says that the build does not run any more.
bool is_abandoned(const LockRecord& record, base::Timestamp now, const std::string& this_machine, bool build_ended);

// "rollout 20261127-101500-ab12 of c_1 by jenkins@ci since 10:15 (https://ci/job/7)".
std::string describe(const LockRecord& record);

}  // namespace longshore::deployer
