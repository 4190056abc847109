#include "rules/match/query_set.hpp"

#include <algorithm>

#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;
using Op = Predicate::Op;

constexpr double kHeaderOnly = 1e-9;  // as rarity: anything that stands in the text is better

}  // namespace

QueryId QuerySet::add(const Node& tree, const ListsByName& lists) {
  const auto id = static_cast<QueryId>(queries_.size());
  Query& query = queries_.emplace_back();
  query.root = compile(tree, lists, query);
  return id;
}

// The rarest literal is one that few lines have and few queries share.
void QuerySet::build() {
  LiteralCounts counts;
  for (const Query& query : queries_) count_literals(query.root, counts);
  for (Leaf& leaf : leaves_) rate(leaf, counts);
  by_literal_.resize(scanner_.size());
  for (QueryId id = 0; id < queries_.size(); ++id)
    if (rarity(queries_[id].root) > kHeaderOnly) choose(queries_[id].root, id);
  scanner_.build();
}

void QuerySet::count_literals(const Part& part, LiteralCounts& counts) const {
  for (const Part& child : part.children) count_literals(child, counts);
  if (part.kind != Kind::leaf) return;
  for (const Witness& witness : leaves_[part.leaf].witnesses)
    for (const SearchedText& literal : witness) ++counts[literal];
}

void QuerySet::rate(Leaf& leaf, const LiteralCounts& counts) {
  // A short one needs a pass over the line of its own, and says little beside a longer one.
  const auto is_long = [](const Witness& witness) {
    return std::all_of(witness.begin(), witness.end(), [](const SearchedText& each) { return each.text.size() >= 4; });
  };
  if (std::any_of(leaf.witnesses.begin(), leaf.witnesses.end(), is_long))
    std::erase_if(leaf.witnesses, [&](const Witness& witness) { return !is_long(witness); });
  for (const Witness& witness : leaf.witnesses) {
    double least = 1e9;
    std::vector<LiteralScanner::Id>& ids = leaf.literals.emplace_back();
    for (const SearchedText& literal : witness) {
      ids.push_back(scanner_.add(literal));
      least = std::min(least, rules::rarity(literal.text) / static_cast<double>(counts.at(literal)));
    }
    if (least <= leaf.rarity) continue;
    leaf.rarity = least;
    leaf.best = leaf.literals.size() - 1;
  }
  raw_ |= leaf.raw && !leaf.witnesses.empty();
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
                     .witnesses = witnesses_of(predicate, values),
                     .header = is_header(predicate.field),
                     .capture = predicate.field.kind == FieldRef::Kind::capture,
                     .raw = predicate.field.kind == FieldRef::Kind::raw});
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
double QuerySet::rarity(const Part& part) const {
  if (part.known) return kHeaderOnly;
  switch (part.kind) {
    case Kind::leaf:
      return leaves_[part.leaf].rarity;
    case Kind::all: {
      double best = 0;
      for (const Part& child : part.children) best = std::max(best, rarity(child));
      return best;
    }
    case Kind::any: {
      double worst = 1e9;
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
    const Leaf& leaf = leaves_[part.leaf];
    for (const LiteralScanner::Id literal : leaf.literals[leaf.best]) {
      if (!by_literal_[literal].empty() && by_literal_[literal].back() == id) continue;
      by_literal_[literal].push_back(id);
      queries_[id].literals.push_back(literal);
    }
  }
}

std::vector<std::string> QuerySet::literals(QueryId query) const {
  std::vector<std::string> texts;
  for (const LiteralScanner::Id literal : queries_[query].literals) texts.push_back(scanner_.literal(literal).text);
  return texts;
}

}  // namespace longshore::rules
