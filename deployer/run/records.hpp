// The releases of an environment, as notes on its hosts: what `history`, `rollback`, `list` and `registry prune` ask.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "deployer/run/fleet.hpp"

namespace longshore::deployer {

struct Release {
  std::string rollout, composition;
  std::string lock_text;  // what it consists of: read_lock
  std::string command;    // "apply", "rollback"
  std::string owner, build_url, outcome;
  base::Timestamp at;
};

// Newest first; of all hosts together.
base::Result<std::vector<Release>> releases(Fleet& fleet, const std::string& environment,
                                            const std::set<std::string>& skipped);

// On every host. Older ones than the newest `keep` are removed.
base::Result<void> record_release(Fleet& fleet, const std::string& environment, const Release& release, std::size_t keep,
                                  const std::set<std::string>& skipped);

// Of a rollout that was taken back after all.
base::Result<void> forget_release(Fleet& fleet, const std::string& environment, const std::string& rollout,
                                  const std::set<std::string>& skipped);

}  // namespace longshore::deployer
