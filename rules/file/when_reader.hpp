// `when:` of a rule: from its text to what the engine counts.
#pragma once

#include "common/config/spot.hpp"
#include "rules/file/query_reader.hpp"
#include "rules/file/rule_text.hpp"

namespace longshore::rules {

// `spot`: of the rule's `when:`; what is wrong is added there. `group_by`: how many fields.
When read_when(const config::Spot& spot, const WhenText& text, std::size_t group_by, QueryReader& queries);

}  // namespace longshore::rules
