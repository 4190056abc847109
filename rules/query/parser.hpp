// The query language: text to tree (docs/rules/language.md has it for people).
//
//   query  = and { "OR" and } ;  and = not { [ "AND" ] not } ;  not = { "NOT" | "-" | "!" } prim
//   prim   = "(" query ")" | [ field ( ":" | ":=" ) ] value | field ( ">" | ">=" | "<" | "<=" ) word
//   value  = word | '"' phrase '"' | "/" RE2 "/" [ "i" ] | ( "[" | "{" ) end "TO" end ( "]" | "}" ) | "(" values ")" | "*"
//          | "cidr(" net { "," net } ")" | "list(" name ")" | "exact(" text ")"
//
// What the language cannot honour (fuzziness, boosts, proximity, look-around) is an error with a hint, never ignored. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/query/ast.hpp"

namespace longshore::rules {

struct QueryProblem {
  std::size_t begin = 0, end = 0;  // bytes of the text
  std::string what;                // with a hint what to write instead
};

struct ParsedQuery {
  Node tree;                                   // of use only without errors
  std::vector<QueryProblem> errors, warnings;  // at most one error: nothing is read past it
};

inline constexpr std::size_t kMostQueryBytes = 64 << 10;
inline constexpr std::size_t kMostQueryDepth = 64;
inline constexpr std::size_t kMostQueryLeaves = 1000;

ParsedQuery parse_query(std::string_view text);

}  // namespace longshore::rules
