// Values of predicates from their text. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

// One value, and its number where the whole text is one.
Literal literal(const std::string& text, bool ignore_case);

// Of syslog.severity or syslog.facility: by number or name. Code::invalid, with what would be right.
base::Result<Literal> ranked_literal(const FieldRef& field, const std::string& text);

// The tokens of a term or a phrase, in order. `pattern`: * and ? are wildcards unless a backslash stands before them, else
// they stand between tokens like any other character that is no letter or digit. A token of wildcards alone says nothing and
// is left out.
std::vector<Literal> token_literals(const std::string& text, bool pattern);

}  // namespace longshore::rules
