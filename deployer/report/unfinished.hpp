// What a report says as long as the run has not ended: it is written at the begin and replaced at the end, so that a run
// that is killed leaves no report of success behind, least of all that of the run before. Pure.
#pragma once

#include <vector>

#include "deployer/report/event.hpp"

namespace longshore::deployer {

// Exit code 70 (EX_SOFTWARE). Nodes that need something are failed, with the reason; `next_command` is `deployer resume
// --env ENVIRONMENT`.
Summary unfinished_summary(const Heading& heading, const std::vector<NodePlan>& nodes);

}  // namespace longshore::deployer
