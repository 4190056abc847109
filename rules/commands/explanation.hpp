// Why a query matches a line or does not, as a tree of text for people. Pure.
#pragma once

#include <string>

#include "rules/match/explain.hpp"

namespace longshore::rules {

// `query`: the text that the tree was made from. Lines that begin with `indent`.
std::string explanation(const Explained& explained, const std::string& query, const std::string& indent, bool colours);

// How near the query is to matching: 0 to 1, which is a match.
double nearness(const Explained& explained);

}  // namespace longshore::rules
