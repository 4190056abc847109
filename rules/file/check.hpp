// What can be seen to be unwise in a rule that is otherwise right: clauses that decide nothing, texts too long for the
// pager, groups without end. Warnings, and hints what is missing.
#pragma once

#include "common/config/spot.hpp"
#include "rules/file/findings.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

// `spot`: of the rule, with lists written as lists (spread()).
void check_rule(const RuleSpec& rule, const config::Spot& spot, Findings& findings);

}  // namespace longshore::rules
