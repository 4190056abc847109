// Which clauses of a rule's queries its tests do not test: those that no line satisfied, and those on which no line's
// verdict has hung. Pure.
#pragma once

#include <string>
#include <vector>

#include "rules/trial/examiner.hpp"

namespace longshore::rules {

struct UncoveredClause {
  std::string where;        // match, clear, ratio.of, sequence[1]
  std::string clause;       // its text
  bool never_true = false;  // otherwise it was true, but never made the difference
};

class Coverage {
 public:
  // `program`: of one rule alone. Outlives this.
  explicit Coverage(const Program& program);
  void see(const EventView& event);  // the first few thousand are looked at
  std::vector<UncoveredClause> uncovered() const;

 private:
  struct Leaf {
    const Node* node;
    bool was_true = false, decided = false;
  };
  struct Query {
    std::string where;
    const QuerySpec* spec;
    std::vector<Leaf> leaves = {};
  };
  static void mark(Query& query, const Explained& explained, bool decides);

  const Program::Rule& rule_;
  Examiner examiner_;
  std::vector<Query> queries_;
  std::size_t seen_ = 0;
};

}  // namespace longshore::rules
