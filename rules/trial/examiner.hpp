// Queries of rules asked of one event, with the reasons. Slow: for people. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rules/engine/program.hpp"
#include "rules/engine/rule_captures.hpp"
#include "rules/match/explain.hpp"

namespace longshore::rules {

class Examiner {
 public:
  // `program` outlives this.
  explicit Examiner(const Program& program, std::vector<std::pair<std::string, std::string>> host_fields = {});
  Examiner(const Examiner&) = delete;
  Examiner& operator=(const Examiner&) = delete;

  // `event` stays until the next one.
  void look_at(const EventView& event);
  // `query`: one of the rule's.
  Explained explain(const Program::Rule& rule, const QuerySpec& query);
  // What the rule's regular expressions captured, by name.
  std::vector<std::pair<std::string, std::string>> captures(const Program::Rule& rule);

 private:
  const Program& program_;
  Surroundings surroundings_;
  EventFields fields_;
  RuleCaptures captures_;
};

// The queries of a rule, each with the place where it stands: match, clear, ratio.of, sequence[1].
std::vector<std::pair<std::string, const QuerySpec*>> queries_of(const RuleSpec& rule);

}  // namespace longshore::rules
