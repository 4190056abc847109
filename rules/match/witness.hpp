// What must stand in an event before a query can match it: the query's entries in the index. Pure.
//
// A witness is a set of literals one of which is in every event that matches, except for events that one of the query's
// header predicates (is_header) lets through: those depend on where the event comes from and are decided beforehand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/query/ast.hpp"

namespace longshore::rules {

struct Witness {
  std::vector<std::string> literals;  // in lower case; empty: the leaf's value is known from the header
  int rarity = 0;                     // of the most frequent one
  bool in_raw = false;                // to be looked for in the raw frame as well
};

// Of one leaf, no matter whether it is negated. Nothing: an event can satisfy it without any literal that could be known.
// `list`: the values of the list that it names.
std::optional<Witness> witness_of(const Predicate& leaf, const std::vector<std::string>& list);

}  // namespace longshore::rules
