#include "rules/match/query_set.hpp"

#include <algorithm>

#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;
using Op = Predicate::Op;

constexpr int kHeaderOnly = 1;  // as rarity: anything that stands in the text is better

}  // namespace

QueryId QuerySet::add(const Node& tree, const ListsByName& lists) {
  const auto id = static_cast<QueryId>(queries_.size());
  Query& query = queries_.emplace_back();
  query.root = compile(tree, lists, query);
  if (rarity(query.root) > kHeaderOnly) choose(query.root, id);
  return id;
}

QuerySet::Part QuerySet::compile(const Node& node, const ListsByName& lists, Query& query) {
  Part part{.kind = node.kind};
  if (node.kind == Kind::leaf) {
    part.leaf = intern(node.leaf, lists);
    part.known = leaves_[part.leaf].header;
    query.has_header |= part.known;
    query.has_capture |= leaves_[part.leaf].capture;
    return part;
  }
  for (const Node& child : node.children) part.children.push_back(compile(child, lists, query));
  part.known = std::all_of(part.children.begin(), part.children.end(), [](const Part& p) { return p.known; });
  std::stable_sort(part.children.begin(), part.children.end(),
                   [this](const Part& a, const Part& b) { return cost(a) < cost(b); });
  return part;
}

QuerySet::PredicateId QuerySet::intern(const Predicate& predicate, const ListsByName& lists) {
  const auto [place, fresh] =
      ids_.emplace(print_query({.kind = Kind::leaf, .leaf = predicate}), static_cast<PredicateId>(leaves_.size()));
  if (!fresh) return place->second;
  static const std::vector<std::string> kNone;
  const auto list = predicate.op == Op::list ? lists.find(predicate.values[0].text) : lists.end();
  const std::vector<std::string>& values = list == lists.end() ? kNone : list->second;
  leaves_.push_back({.compiled = CompiledPredicate(predicate, fields_.intern(predicate.field), values),
                     .witness = witness_of(predicate, values),
                     .header = is_header(predicate.field),
                     .capture = predicate.field.kind == FieldRef::Kind::capture});
  if (leaves_.back().header) headers_.push_back(place->second);
  return place->second;
}

// What is asked first: what is known, then what is cheap.
int QuerySet::cost(const Part& part) const {
  if (part.known) return 0;
  if (part.kind != Kind::leaf) return 3;
  switch (leaves_[part.leaf].compiled.predicate().op) {
    case Op::regex:
      return 4;
    case Op::tokens:
    case Op::contains:
      return 2;
    default:
      return 1;
  }
}

// Of the most frequent literal that choose() would take; 0 if there is no witness.
int QuerySet::rarity(const Part& part) const {
  if (part.known) return kHeaderOnly;
  switch (part.kind) {
    case Kind::leaf:
      return leaves_[part.leaf].witness ? leaves_[part.leaf].witness->rarity : 0;
    case Kind::all: {
      int best = 0;
      for (const Part& child : part.children) best = std::max(best, rarity(child));
      return best;
    }
    case Kind::any: {
      int worst = 1'000'000;
      for (const Part& child : part.children)
        if (!child.known) worst = std::min(worst, rarity(child));
      return worst;
    }
    case Kind::none:
    case Kind::everything:
      return 0;
  }
  return 0;
}

void QuerySet::choose(Part& part, QueryId id) {
  if (part.known) return;
  if (part.kind == Kind::all) {
    choose(*std::max_element(part.children.begin(), part.children.end(),
                             [this](const Part& a, const Part& b) { return rarity(a) < rarity(b); }),
           id);
  } else if (part.kind == Kind::any) {
    for (Part& child : part.children) choose(child, id);
  } else if (part.kind == Kind::leaf) {
    part.chosen = true;
    const Witness& witness = *leaves_[part.leaf].witness;
    raw_ |= witness.in_raw;
    for (const std::string& text : witness.literals) {
      const LiteralScanner::Id literal = scanner_.add(text);
      if (literal == by_literal_.size()) by_literal_.emplace_back();
      by_literal_[literal].push_back(id);
      queries_[id].literals.push_back(literal);
    }
  }
}

std::vector<std::string> QuerySet::literals(QueryId query) const {
  std::vector<std::string> texts;
  for (const LiteralScanner::Id literal : queries_[query].literals) texts.push_back(scanner_.literal(literal));
  return texts;
}

}  // namespace longshore::rules
