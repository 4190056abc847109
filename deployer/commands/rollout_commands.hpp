// The commands that look at or change the hosts of an environment. Each prints, and returns the exit code of the process
// (deployer/run/exit_code.hpp).
#pragma once

#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "deployer/report/reports.hpp"

namespace longshore::deployer {

struct RolloutCommand {
  std::string environment;  // file
  std::string composition;  // of plan and apply: a composition, or a plan.json
  std::string folder = "compositions";
  ReportOptions reports = {};
  std::string out;             // of plan: plan.json
  base::Duration wait_lock{};  // how long another rollout may be waited for
  bool steal = false;          // take over a lock whose holder may still be alive
  bool supersede = false;      // apply: go on from an unfinished rollout of another composition
  bool skip_unreachable = false;
  bool adopt = false;
  bool remove_orphans = false;
  std::string outside_window;  // the reason why it may begin outside the deploy windows
};

int plan_command(const RolloutCommand& options);
int apply_command(const RolloutCommand& options);
int resume_command(const RolloutCommand& options);
int abort_command(const RolloutCommand& options);
int rollback_command(const RolloutCommand& options);
int status_command(const RolloutCommand& options);
int history_command(const RolloutCommand& options);
int check_command(const RolloutCommand& options);

}  // namespace longshore::deployer
