// A query's tree as text that says every operator and parenthesis: parse_query() reads it back to the same tree. Two queries
// that print alike mean the same. Pure.
#pragma once

#include <string>

#include "rules/query/ast.hpp"

namespace longshore::rules {

std::string print_query(const Node& node);

}  // namespace longshore::rules
