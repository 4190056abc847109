// One rollout from its first look to its commit. Reads as the list of its phases; what each step of a host is, rollout/
// decides.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/base/result.hpp"
#include "deployer/rollout/plan.hpp"
#include "deployer/run/context.hpp"
#include "deployer/run/exit_code.hpp"
#include "deployer/run/node.hpp"
#include "deployer/run/records.hpp"

namespace longshore::deployer {

struct RolloutOptions {
  std::string command = "apply";        // apply, resume, abort, rollback
  std::string environment_file = {};    // as the next command is to name it
  std::string previous = {};            // the composition that runs now, for people; may be empty
  LockRecord record = {};               // who we are and what we roll out; its rollout id is ours
  std::optional<LockRecord> from = {};  // the abandoned lock that is taken over: resume and abort
  std::set<std::string> skipped = {};   // hosts that are out of reach and left out
  bool adopt = false;                   // replace containers that deployer did not make
  bool bake = true;                     // false: the first host is watched like the others (rollback to what is known)
  bool remove_orphans = false;
  std::string expected_seen = {};  // of plan.json: refuse if the fleet has moved since; empty: whatever it is
};

class Rollout {
 public:
  // `target`: what each host is to come to; `back`: what each is to return to, where the containers do not tell it
  // (HostTarget of the previous composition; hosts or components that are missing there had none).
  Rollout(Context& context, std::map<std::string, HostTarget> target, std::map<std::string, HostTarget> back,
          RolloutOptions options);

  // The whole. What has happened is in the summary, which the reporter has got too.
  Summary run();

 private:
  struct Stop {  // the end of a phase that ends the run
    int exit_code;
    std::string outcome;
  };
  using Phased = std::expected<void, Stop>;

  Phased look_and_plan();
  Phased preflight();
  Phased lock();
  Phased pull();
  Phased first_host();
  Phased waves();
  Phased verify();
  Phased commit();
  Phased abort_all();
  Phased forward();

  enum class Came { good, interrupted, rolled_back, broken };
  Came update(const std::string& host, base::Duration watched);
  void remove_candidates(const HostState& host);
  bool undo(const std::string& host, Node& node);
  Phased undo_all(const std::vector<std::string>& hosts, int exit_code, const std::string& outcome);
  bool may_have_been_told(const std::string& host) const;
  void remember(const std::string& host, NodeResult::Outcome outcome, const std::string& failure, base::Duration took);
  std::vector<std::string> reachable() const;
  std::string next_command(const std::string& word) const;
  void info(const std::string& step, const std::string& text, Level level = Level::info);

  Context& context_;
  std::map<std::string, HostTarget> target_, back_;
  RolloutOptions options_;
  Plan plan_;
  std::vector<HostState> hosts_;
  std::vector<std::vector<std::string>> waves_;
  std::vector<std::string> done_, failed_;  // hosts, in the order in which they came to it
  std::size_t started_ = 0;                 // hosts on which an earlier run of this rollout has started containers
  Summary summary_;
  std::mutex mutex_;
  bool locked_ = false;
  bool unfinished_ = false;  // a host was touched, and the rollout has come to no end in either direction: the lock stays
};

// A new id: "20261127-101500-ab12cd": sorts by time, unique.
std::string new_rollout_id(base::Timestamp now);

}  // namespace longshore::deployer
