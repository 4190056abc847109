// What must stand in an event before a predicate can hold: literals for the index. Pure.
#pragma once

#include <string>
#include <vector>

#include "rules/match/literal_scanner.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

// Literals, in lower case, one of which is in every event for which the predicate holds. Not empty, none is empty.
using Witness = std::vector<SearchedText>;

// All that is known, each by itself true. Of numbers in a member, the first is what they may look like as text, perhaps
// nothing, and the second the member's name; numbers are found by their value beside it. None: the predicate may hold
// whatever stands in the event. Of predicates of the header (is_header) there are none: they are decided otherwise. `list`:
// the values of the list that it names.
std::vector<Witness> witnesses_of(const Predicate& leaf, const std::vector<std::string>& list);

// Whether numbers satisfy it by their value.
bool is_number(const Predicate& leaf);

}  // namespace longshore::rules
