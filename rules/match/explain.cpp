#include "rules/match/explain.hpp"

#include <algorithm>

#include "rules/match/predicate.hpp"

namespace longshore::rules {

Explained explain(const Node& node, const ListsByName& lists, const FieldTable& table, EventFields& fields) {
  Explained explained{.node = &node, .holds = false, .values = {}, .children = {}};
  for (const Node& child : node.children) explained.children.push_back(explain(child, lists, table, fields));
  const auto holds = [](const Explained& child) { return child.holds; };
  switch (node.kind) {
    case Node::Kind::everything:
      explained.holds = true;
      break;
    case Node::Kind::none:
      explained.holds = !explained.children[0].holds;
      break;
    case Node::Kind::all:
      explained.holds = std::all_of(explained.children.begin(), explained.children.end(), holds);
      break;
    case Node::Kind::any:
      explained.holds = std::any_of(explained.children.begin(), explained.children.end(), holds);
      break;
    case Node::Kind::leaf: {
      const FieldId field = table.find(node.leaf.field);
      const auto list = node.leaf.op == Predicate::Op::list ? lists.find(node.leaf.values[0].text) : lists.end();
      const CompiledPredicate predicate(node.leaf, field, list == lists.end() ? std::vector<std::string>{} : list->second);
      for (const std::string_view value : fields.values(field)) explained.values.emplace_back(value);
      explained.holds = predicate.holds(fields);
      break;
    }
  }
  return explained;
}

}  // namespace longshore::rules
