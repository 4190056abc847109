#include "rules/match/query_set.hpp"

#include <algorithm>
#include <utility>

#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;
using Op = Predicate::Op;

constexpr double kNumber = 10;        // rarity of a range of numbers
constexpr double kHeaderOnly = 1e-9;  // as rarity: anything that stands in the text is better

}  // namespace

QueryId QuerySet::add(const Node& tree, const ListsByName& lists) {
  const auto id = static_cast<QueryId>(queries_.size());
  Query& query = queries_.emplace_back();
  query.root = compile(tree, lists, query);
  return id;
}

// The rarest sign is one that few lines have and few queries share.
void QuerySet::build() {
  LiteralCounts counts;
  for (const Query& query : queries_) count_literals(query.root, counts);
  for (Leaf& leaf : leaves_) take_rarest(leaf, counts);
  queries_of_.resize(scanner_.size());
  fields_to_read_.resize(scanner_.size());
  for (QueryId id = 0; id < queries_.size(); ++id)
    if (rarity(queries_[id].root) > kHeaderOnly) choose(queries_[id].root, id);
  scanner_.build();
  numbers_.build();
  leaves_of_.resize(queries_of_.size());
  groups_of_.resize(leaves_.size());
  for (PredicateId id = 0; id < leaves_.size(); ++id)
    if (leaves_[id].indexed)
      for (const SignId sign : leaves_[id].signs) leaves_of_[sign].push_back(id);
  for (Query& query : queries_) make_groups(query.root);
}

// A number can be written in many ways, so it is looked up by its value, once its field is known to be there by its name;
// only for queries that have no rarer sign, as the field has to be read for it.
void QuerySet::index_number(Leaf& leaf) {
  leaf.indexed = true;
  const FieldId field = leaf.compiled.field();
  numbers_.add(field, leaf.compiled.predicate(), static_cast<SignId>(queries_of_.size()));
  leaf.signs.push_back(static_cast<SignId>(queries_of_.size()));
  queries_of_.emplace_back();
  auto& fields = fields_to_read_[scanner_.add(leaf.witnesses[1][0])];
  if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
}

// Long lists of alternatives are passed over as a whole while no sign of any is there.
void QuerySet::make_groups(Part& part) {
  for (Part& child : part.children) make_groups(child);
  const auto has_sign = [this](const Part& child) { return child.kind == Kind::leaf && leaves_[child.leaf].indexed; };
  if (part.kind != Kind::any || !std::all_of(part.children.begin(), part.children.end(), has_sign)) return;
  part.group = groups_++;
  for (const Part& child : part.children) groups_of_[child.leaf].push_back(part.group);
}

void QuerySet::count_literals(const Part& part, LiteralCounts& counts) const {
  for (const Part& child : part.children) count_literals(child, counts);
  if (part.kind != Kind::leaf) return;
  for (const Witness& witness : leaves_[part.leaf].witnesses)
    for (const SearchedText& literal : witness) ++counts[literal];
}

double QuerySet::rarity(const Witness& witness, const LiteralCounts& counts) {
  double least = witness.empty() ? kNumber : 1e9;  // of a range of numbers, which has no literal
  for (const SearchedText& literal : witness) {
    // A short one needs a pass over the line of its own.
    const double of = literal.text.size() < 4 ? 0.1 : rules::rarity(literal.text);
    least = std::min(least, of / static_cast<double>(counts.at(literal)));
  }
  return least;
}

void QuerySet::take_rarest(Leaf& leaf, const LiteralCounts& counts) {
  if (leaf.witnesses.empty()) return;
  const Witness* best = &leaf.witnesses[0];  // of numbers: it is about them
  if (!leaf.number)
    for (const Witness& witness : leaf.witnesses)
      if (rarity(witness, counts) > rarity(*best, counts)) best = &witness;
  leaf.rarity = rarity(*best, counts);
  for (const SearchedText& literal : *best) leaf.signs.push_back(scanner_.add(literal));
  if (leaf.number) scanner_.add(leaf.witnesses[1][0]);
  leaf.indexed = !leaf.number;
  raw_ |= leaf.raw;
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
  const bool member = predicate.field.kind == FieldRef::Kind::json || predicate.field.kind == FieldRef::Kind::attribute;
  std::vector<Witness> witnesses = witnesses_of(predicate, values);
  const bool by_number = member && is_number(predicate) && !witnesses.empty();
  leaves_.push_back({.compiled = CompiledPredicate(predicate, fields_.intern(predicate.field), values),
                     .witnesses = std::move(witnesses),
                     .number = by_number,
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

// Of the most frequent sign that choose() would take; 0 if there is no witness.
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
    Leaf& leaf = leaves_[part.leaf];
    if (!leaf.indexed) index_number(leaf);
    for (const SignId sign : leaf.signs) {
      if (!queries_of_[sign].empty() && queries_of_[sign].back() == id) continue;
      queries_of_[sign].push_back(id);
      queries_[id].signs.push_back(sign);
    }
  }
}

std::vector<std::string> QuerySet::literals(QueryId query) const {
  std::vector<std::string> texts;
  for (const SignId sign : queries_[query].signs)
    texts.push_back(sign < scanner_.size() ? scanner_.literal(sign).text : "a number");
  return texts;
}

}  // namespace longshore::rules
