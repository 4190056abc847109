#include "rules/match/query_set.hpp"

#include <algorithm>
#include <utility>

#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;
using Op = Predicate::Op;

constexpr std::size_t kShort = 4;     // bytes: each length below it needs a pass over the line of its own
constexpr std::size_t kLongList = 6;  // alternatives
constexpr double kNumber = 10;        // rarity of a range of numbers
constexpr double kHeaderOnly = 1e-9;  // as rarity: anything that stands in the text is better

bool is_short(const SearchedText& literal) { return literal.text.size() < kShort; }

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
  for (QueryId id = 0; id < queries_.size(); ++id)
    if (rarity(queries_[id].root) > kHeaderOnly) choose(queries_[id].root, id);
  add_literals();
  link_signs(add_numbers());
  scanner_.build();
  numbers_.build();
}

// Whether looking for its signs in each line costs next to nothing. Others are looked for only where a query needs them.
bool QuerySet::is_cheap(const Leaf& leaf) {
  return leaf.rarest != nullptr && !leaf.number && std::none_of(leaf.rarest->begin(), leaf.rarest->end(), is_short);
}

// Literals have the first numbers of all signs.
void QuerySet::add_literals() {
  for (Leaf& leaf : leaves_) {
    leaf.indexed = !leaf.queries.empty() || is_cheap(leaf);
    if (!leaf.indexed) continue;
    for (const SearchedText& literal : *leaf.rarest) {
      if (!leaf.number || !is_short(literal)) leaf.signs.push_back(scanner_.add(literal));
      if (literal.raw) longest_raw_ = std::max(longest_raw_, literal.text.size());
    }
    if (leaf.number) scanner_.add(leaf.witnesses[1][0]);
  }
}

// A number can be written in many ways, so it is looked up by its value, once its field is known to be there by its name. So
// is a word of digits that is too short to be searched for.
QuerySet::SignId QuerySet::add_numbers() {
  fields_to_read_.resize(scanner_.size());
  auto sign = static_cast<SignId>(scanner_.size());
  for (Leaf& leaf : leaves_) {
    if (!leaf.indexed || !leaf.number) continue;
    const FieldId field = leaf.compiled.field();
    numbers_.add(field, leaf.compiled.predicate(), sign, !leaf.rarest->empty() && leaf.signs.empty());
    leaf.signs.push_back(sign++);
    auto& fields = fields_to_read_[scanner_.add(leaf.witnesses[1][0])];
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  }
  return sign;
}

void QuerySet::link_signs(SignId signs) {
  std::vector<std::vector<std::uint32_t>> queries_of(signs), groups_of(signs);
  for (const Leaf& leaf : leaves_) {
    sign_of_.push_back(!leaf.indexed ? kNoSign : leaf.signs.size() == 1 ? leaf.signs[0] : kSeveralSigns);
    for (const SignId sign : leaf.signs) {
      queries_of[sign].insert(queries_of[sign].end(), leaf.queries.begin(), leaf.queries.end());
      for (const QueryId query : leaf.queries) queries_[query].signs.push_back(sign);
    }
  }
  for (Query& query : queries_) make_groups(query.root, groups_of);
  queries_of_.build(queries_of);
  groups_of_.build(groups_of);
}

// Long lists of alternatives are passed over as a whole while no sign of any is there.
void QuerySet::make_groups(Part& part, std::vector<std::vector<std::uint32_t>>& groups_of) {
  for (Part& child : part.children) make_groups(child, groups_of);
  const auto has_sign = [this](const Part& child) { return child.kind == Kind::leaf && leaves_[child.leaf].indexed; };
  if (part.kind != Kind::any || part.children.size() < kLongList ||
      !std::all_of(part.children.begin(), part.children.end(), has_sign))
    return;
  part.group = groups_++;
  for (const Part& child : part.children)
    for (const SignId sign : leaves_[child.leaf].signs)
      if (groups_of[sign].empty() || groups_of[sign].back() != part.group) groups_of[sign].push_back(part.group);
}

void QuerySet::Lists::build(const std::vector<std::vector<std::uint32_t>>& lists) {
  for (const auto& list : lists) {
    items_.insert(items_.end(), list.begin(), list.end());
    starts_.push_back(static_cast<std::uint32_t>(items_.size()));
  }
}

void QuerySet::count_literals(const Part& part, LiteralCounts& counts) const {
  for (const Part& child : part.children) count_literals(child, counts);
  if (part.kind != Kind::leaf) return;
  for (const Witness& witness : leaves_[part.leaf].witnesses)
    for (const SearchedText& literal : witness) ++counts[literal];
}

double QuerySet::rarity(const Witness& witness, const LiteralCounts& counts) {
  double least = 1e9;
  for (const SearchedText& literal : witness) {
    const std::size_t size = literal.text.size();
    const double of = size + 1 < kShort ? 0.001 : size < kShort ? 0.1 : rules::rarity(literal.text);
    least = std::min(least, of / static_cast<double>(counts.at(literal)));
  }
  return least;
}

void QuerySet::take_rarest(Leaf& leaf, const LiteralCounts& counts) {
  if (leaf.witnesses.empty()) return;
  leaf.rarest = &leaf.witnesses[0];
  if (leaf.number) {
    const bool by_value = leaf.rarest->empty() || is_short(leaf.rarest->front());
    leaf.rarity = by_value ? kNumber : rarity(*leaf.rarest, counts);
    return;
  }
  for (const Witness& witness : leaf.witnesses)
    if (rarity(witness, counts) > rarity(*leaf.rarest, counts)) leaf.rarest = &witness;
  leaf.rarity = rarity(*leaf.rarest, counts);
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
  if (predicate.field.kind == FieldRef::Kind::text && predicate.op != Op::tokens) fields_.see_whole_texts();
  const bool member = predicate.field.kind == FieldRef::Kind::json || predicate.field.kind == FieldRef::Kind::attribute;
  std::vector<Witness> witnesses = witnesses_of(predicate, values);
  const bool by_number = member && is_number(predicate) && !witnesses.empty();
  leaves_.push_back({.compiled = CompiledPredicate(predicate, fields_.intern(predicate.field), values),
                     .witnesses = std::move(witnesses),
                     .number = by_number,
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
    std::vector<QueryId>& queries = leaves_[part.leaf].queries;
    if (queries.empty() || queries.back() != id) queries.push_back(id);
  }
}

std::vector<std::string> QuerySet::literals(QueryId query) const {
  std::vector<std::string> texts;
  for (const SignId sign : queries_[query].signs) {
    std::string text = sign < scanner_.size() ? scanner_.literal(sign).text : "a number";
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace longshore::rules
