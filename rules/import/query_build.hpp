// Trees of queries, built by hand instead of read from a text. Pure.
#pragma once

#include <string>
#include <vector>

#include "rules/query/ast.hpp"

namespace longshore::rules {

Node leaf_of(Predicate predicate);
// One child stands for itself, the same twice counts once, and what is always true adds nothing to an AND. `nodes` is not
// empty.
Node all_of(std::vector<Node> nodes);
Node any_of(std::vector<Node> nodes);
Node none_of(Node node);

// Whether it matches an event of which nothing is known: every line that it is not about.
bool matches_the_unknown(const Node& tree);

// The text of a query that is read back to the same. Nothing with `why` if the language does not take it.
bool write_query(const Node& tree, std::string& text, std::string& why);

}  // namespace longshore::rules
