#include "rules/trial/coverage.hpp"

#include <algorithm>

namespace longshore::rules {
namespace {

constexpr std::size_t kMostSeen = 5000;

void add_leaves(const Node& node, auto& leaves) {
  if (node.kind == Node::Kind::leaf) leaves.push_back({&node});
  for (const Node& child : node.children) add_leaves(child, leaves);
}

}  // namespace

Coverage::Coverage(const Program& program) : rule_(program.rules[0]), examiner_(program) {
  for (const auto& [where, spec] : queries_of(*rule_.spec)) {
    Query query{.where = where, .spec = spec};
    add_leaves(spec->tree, query.leaves);
    queries_.push_back(std::move(query));
  }
}

void Coverage::see(const EventView& event) {
  if (++seen_ > kMostSeen) return;
  examiner_.look_at(event);
  for (Query& query : queries_) mark(query, examiner_.explain(rule_, *query.spec), true);
}

// `decides`: if this part said the opposite, the whole query would.
void Coverage::mark(Query& query, const Explained& explained, bool decides) {
  const Node::Kind kind = explained.node->kind;
  if (kind == Node::Kind::leaf) {
    const auto leaf = std::find_if(query.leaves.begin(), query.leaves.end(),
                                   [&](const Leaf& each) { return each.node == explained.node; });
    leaf->was_true |= explained.holds;
    leaf->decided |= decides;
  }
  // Of AND, others that are false have decided already; of OR, others that are true.
  const bool stops = kind == Node::Kind::any;
  const auto deciding = std::count_if(explained.children.begin(), explained.children.end(),
                                      [&](const Explained& child) { return child.holds == stops; });
  for (const Explained& child : explained.children)
    mark(query, child, decides && (kind == Node::Kind::none || deciding == (child.holds == stops ? 1 : 0)));
}

std::vector<UncoveredClause> Coverage::uncovered() const {
  std::vector<UncoveredClause> all;
  for (const Query& query : queries_)
    for (const Leaf& leaf : query.leaves)
      if (!leaf.was_true || !leaf.decided)
        all.push_back({.where = query.where,
                       .clause = query.spec->text.substr(leaf.node->begin, leaf.node->end - leaf.node->begin),
                       .never_true = !leaf.was_true});
  return all;
}

}  // namespace longshore::rules
