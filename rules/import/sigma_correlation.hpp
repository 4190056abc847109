// What Sigma counts over time, as `when:` of ours: its correlations (specification 2.1), and the old `| count() …` behind a
// condition. Pure.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "common/config/node.hpp"
#include "rules/import/draft.hpp"
#include "rules/import/sigma_condition.hpp"

namespace longshore::rules {

// A rule of Sigma by itself.
struct SigmaRule {
  Draft draft;
  Node tree;
};

// `root`: the document of a correlation; `draft`: its texts. Several rules where one of Sigma's means any order. Unexpected:
// why it cannot be carried over.
std::expected<std::vector<Draft>, std::string> sigma_correlation(const config::Node& root, const Draft& draft,
                                                                 const std::map<std::string, SigmaRule>& rules_by_name);

// Fills `when` and `group_by`. The answer: why it cannot be carried over, or nothing.
std::string count_within(const SigmaAggregate& aggregate, const std::string& timeframe, Draft& draft);

}  // namespace longshore::rules
