// Why a query matches an event or does not: its tree, with what each part found. Slow: for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "rules/match/event_fields.hpp"
#include "rules/match/query_set.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

struct Explained {
  const Node* node = nullptr;  // of the tree that was given
  bool holds = false;
  std::vector<std::string> values;  // leaf: what the event has in its field; empty: it does not have it
  std::vector<Explained> children;
};

// `fields`: of the event, with its captures set; `table`: the one it was made with, which knows all fields of the query.
Explained explain(const Node& node, const ListsByName& lists, const FieldTable& table, EventFields& fields);

}  // namespace longshore::rules
