// Sigma's condition expressions: `selection and not 1 of filter_*`, `all of them`, and the old `| count(user) by host > 5`.
// Pure; total: depth and size are bounded.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/query/ast.hpp"

namespace longshore::rules {

// What stands behind the bar.
struct SigmaAggregate {
  std::string field;               // whose different values are counted; empty: events
  std::vector<std::string> group;  // by
  std::string comparison;          // ">", ">=", "<", "<=", "="
  std::string number;
};

struct SigmaCondition {
  Node tree;
  std::optional<SigmaAggregate> aggregate;
};

// Unexpected: what is wrong, or cannot be carried over.
std::expected<SigmaCondition, std::string> sigma_condition(std::string_view text,
                                                           const std::map<std::string, Node>& selections);

}  // namespace longshore::rules
