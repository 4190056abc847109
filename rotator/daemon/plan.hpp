// What the daemon would do now and next, file by file, and why: `rotator plan`. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/base/zone.hpp"
#include "rotator/daemon/survey.hpp"

namespace longshore::rotator {

struct PlanItem {
  enum class Action { rotate, wait, compress, expire };
  Action action = Action::wait;
  std::string path;
  base::Timestamp when;  // kNever: when it is written to
  std::string why;
  std::uint64_t bytes = 0;  // that the file has, or an archive gives back
};

// In the order of the logs, each with its archives behind it.
std::vector<PlanItem> make_plan(const Seen& seen, const Rules& rules, base::Timestamp now, const base::Zone& zone);

// For people, or as JSON: one object a line.
std::string plan_text(const std::vector<PlanItem>& plan, const Seen& seen, base::Timestamp now);
std::string plan_json(const std::vector<PlanItem>& plan);

}  // namespace longshore::rotator
