// When rules are muted: weekly schedules, mutes in files, and for a while after a deploy began. Pure; time is handed in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/zone.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

// Whether `now` lies in it. `zone`: the one it names.
bool is_within(const Schedule& schedule, const base::Zone& zone, base::Timestamp now);

struct MuteState {
  bool muted = false;
  std::string why;                       // for people; empty: it is not muted
  base::Timestamp until = base::kNever;  // to be asked again then: it may have changed
};

// `mutes`: those that name the rule and have no query. `deploy`: when the last deploy began; 0: never.
MuteState mute_state(const RuleSpec& rule, const std::vector<const MuteSpec*>& mutes,
                     const std::map<std::string, base::Zone>& zones, base::Timestamp deploy, base::Timestamp now);

}  // namespace longshore::rules
