// A text with wildcards as Sigma and ElastAlert write it, and what a field has to be to match it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/query/ast.hpp"

namespace longshore::rules {

struct TextPattern {
  enum class Kind : unsigned char { literal, any, one, dash };  // any: *, one: ?, dash: - or what Windows takes for it
  struct Piece {
    Kind kind;
    char c = 0;  // of a literal
  };
  std::vector<Piece> pieces;

  static TextPattern literal(std::string_view text);
  // Sigma: * and ?, a backslash before them, or before another, stands for itself no more.
  static TextPattern sigma(std::string_view text);
  // Each "-" or "/" that begins a word: any dash (Sigma's `windash`).
  void loosen_dashes();

  bool plain() const;        // literals only
  std::string text() const;  // of the literals
};

struct PatternPlace {
  bool open_begin = false, open_end = false;  // something may stand before it, behind it
  bool ignore_case = true;
};

// In the raw frame every pattern is open at both ends.
Predicate match_pattern(const FieldRef& field, const TextPattern& pattern, PatternPlace place);

}  // namespace longshore::rules
