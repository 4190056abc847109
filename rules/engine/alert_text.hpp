// From a step in the life of a rule's alert to what is said about it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/alert/alert_change.hpp"
#include "rules/engine/program.hpp"
#include "rules/engine/rule_state.hpp"

namespace longshore::rules {

// Values of group_by as one text, and back: each its length, then its bytes. Values longer than kLongestGroupValue bytes
// are cut.
inline constexpr std::size_t kLongestGroupValue = 256;
void pack_group_value(std::string& group, std::string_view value);
std::vector<std::string> unpack_group(std::string_view group);

// `opened`: when its episode began. `note`: for people, why; may be empty.
AlertChange alert_change(const Program::Rule& rule, const Transition& transition, base::Timestamp opened,
                         const std::string& host, std::string note);

}  // namespace longshore::rules
