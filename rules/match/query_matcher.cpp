#include <algorithm>
#include <functional>

#include "common/base/packed_fields.hpp"
#include "rules/match/query_set.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;

constexpr std::size_t kOriginBytes = 16 << 20;
constexpr std::size_t kMostOrigins = 4096, kFewestOrigins = 64;

// Whether one text is a part of the other, in memory.
bool is_within(std::string_view part, std::string_view whole) {
  const std::less<> less;
  return !less(part.data(), whole.data()) && !less(whole.data() + whole.size(), part.data() + part.size());
}

}  // namespace

QueryMatcher::QueryMatcher(const QuerySet& set, const Surroundings& surroundings, CaptureSource& captures)
    : set_(set),
      captures_(captures),
      fields_(set.fields(), surroundings),
      memos_(set.leaves_.size()),
      found_(set.queries_of_.size()),
      groups_(set.groups_),
      suspected_(set.size()),
      most_origins_(std::clamp(kOriginBytes / (set.size() + set.leaves_.size() + 1), kFewestOrigins, kMostOrigins)),
      seen_(kMostOrigins) {
  anywhere_ = make_origin(false);
}

std::span<const QueryId> QueryMatcher::match(const EventView& event) {
  ++event_;
  fields_.reset(event);
  candidates_.clear();
  matches_.clear();
  const Origin& origin = origin_of(event);
  scanned_ = origin.scans;
  if (scanned_) scan(event, origin);
  const auto evaluate = [&](QueryId id) {
    const QuerySet::Query& query = set_.queries_[id];
    fields_.set_captures(query.has_capture ? captures_.captures_of(id) : nullptr);
    if (holds(query.root, origin)) matches_.push_back(id);
  };
  for (const QueryId id : origin.always) evaluate(id);
  for (const QueryId id : candidates_) evaluate(id);
  std::sort(matches_.begin(), matches_.end());
  return matches_;
}

// From here: what an event's origin alone decides.

void QueryMatcher::write_key(const EventView& event) {
  key_.clear();
  const auto part = [&](std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    key_.append(reinterpret_cast<const char*>(&size), sizeof(size));
    key_.append(text);
  };
  key_ += static_cast<char>(event.priority);
  part(event.app);
  part(event.host);
  part(event.msgid);
  part(event.source);
  for (const std::string& tag : event.tags) part(tag);
}

// An origin's lists are made when it is seen for the second time: those who send a new name with each line must not make us
// build lists for each. What is not known of an origin is found out for each event.
const QueryMatcher::Origin& QueryMatcher::origin_of(const EventView& event) {
  if (set_.headers_.empty()) return *anywhere_;
  write_key(event);
  if (last_origin_ != nullptr && key_ == last_key_) return *last_origin_;
  if (const auto found = origins_.find(key_); found != origins_.end()) {
    last_key_ = key_;
    return *(last_origin_ = found->second.get());
  }
  const std::size_t hash = std::hash<std::string>()(key_) | 1;
  std::size_t& seen = seen_[hash % seen_.size()];
  if (seen != hash) {
    seen = hash;
    return *anywhere_;
  }
  if (origins_.size() >= most_origins_) origins_.clear();
  last_key_ = key_;
  last_origin_ = origins_.emplace(key_, make_origin(true)).first->second.get();
  return *last_origin_;
}

// `known`: of the event that was given last.
std::unique_ptr<QueryMatcher::Origin> QueryMatcher::make_origin(bool known) {
  auto origin = std::make_unique<Origin>();
  origin->headers.assign(set_.leaves_.size(), Truth::unknown);
  if (known)
    for (const PredicateId id : set_.headers_)
      origin->headers[id] = set_.leaves_[id].compiled.holds(fields_) ? Truth::yes : Truth::no;
  origin->looks.reserve(set_.size());
  for (QueryId id = 0; id < set_.size(); ++id) {
    const QuerySet::Part& root = set_.queries_[id].root;
    Look look = Look::always;
    if (this->known(root, *origin) == Truth::no)
      look = Look::never;
    else if (covered(root, *origin))
      look = Look::if_found;
    origin->looks.push_back(look);
    if (look == Look::always) origin->always.push_back(id);
    origin->scans |= look == Look::if_found;
  }
  return origin;
}

// Three-valued: by the header predicates alone.
QueryMatcher::Truth QueryMatcher::known(const QuerySet::Part& part, const Origin& origin) const {
  switch (part.kind) {
    case Kind::leaf:
      return origin.headers[part.leaf];
    case Kind::everything:
      return Truth::yes;
    case Kind::none: {
      const Truth inner = known(part.children[0], origin);
      return inner == Truth::unknown ? inner : inner == Truth::yes ? Truth::no : Truth::yes;
    }
    case Kind::all:
    case Kind::any: {
      const Truth decisive = part.kind == Kind::all ? Truth::no : Truth::yes;
      Truth all = part.kind == Kind::all ? Truth::yes : Truth::no;
      for (const QuerySet::Part& child : part.children) {
        const Truth each = known(child, origin);
        if (each == decisive) return decisive;
        if (each == Truth::unknown) all = Truth::unknown;
      }
      return all;
    }
  }
  return Truth::unknown;
}

// Whether the part cannot hold unless one of its chosen literals is found.
bool QueryMatcher::covered(const QuerySet::Part& part, const Origin& origin) const {
  if (known(part, origin) == Truth::no) return true;
  const auto each = [&](const QuerySet::Part& child) { return covered(child, origin); };
  switch (part.kind) {
    case Kind::leaf:
      return part.chosen;
    case Kind::all:
      return std::any_of(part.children.begin(), part.children.end(), each);
    case Kind::any:
      return std::all_of(part.children.begin(), part.children.end(), each);
    case Kind::none:
    case Kind::everything:
      return false;
  }
  return false;
}

// From here: which queries an event's text makes worth a look.

void QueryMatcher::scan(const EventView& event, const Origin& origin) {
  to_read_.clear();
  const auto suspected = [&](LiteralScanner::Id literal) {
    if (!set_.scanner_.literal(literal).raw) suspect(literal, origin);
  };
  const auto in_frame = [&](LiteralScanner::Id literal) {
    if (set_.scanner_.literal(literal).raw) suspect(literal, origin);
  };
  const std::string_view frame = event.raw.empty() ? event.message : event.raw;
  if (set_.longest_raw_ == 0) {
    scan_text(event.message, suspected);
  } else if (!is_within(event.message, frame)) {
    scan_text(event.message, suspected);
    scan_text(frame, in_frame);
  } else {  // the message once, and of the frame what is before and behind it, as far in as a text may reach
    scan_text(event.message, [&](LiteralScanner::Id literal) { suspect(literal, origin); });
    const auto begin = static_cast<std::size_t>(event.message.data() - frame.data());
    const std::size_t end = begin + event.message.size(), reach = 3 * set_.longest_raw_;  // a k may have three bytes
    if (begin > 0) scan_text(frame.substr(0, begin + reach), in_frame);
    if (end < frame.size()) scan_text(frame.substr(end - std::min(end, reach)), in_frame);
  }
  if (!event.fields.empty()) scan_fields(event.fields, suspected);
  if (hides_text(event.message) || hides_text(event.fields))
    for (const std::string_view text : fields_.json_texts()) scan_text(text, suspected);
  for (const FieldId field : to_read_) read_numbers(field, origin);
}

void QueryMatcher::read_numbers(FieldId field, const Origin& origin) {
  const auto suspected = [&](QuerySet::SignId sign) { suspect(sign, origin); };
  for (const std::string_view value : fields_.values(field)) {
    if (const auto number = number_of(value))
      set_.numbers_.find(field, *number, suspected);
    else
      set_.numbers_.find_text(field, suspected);
  }
}

template <class Found>
void QueryMatcher::scan_fields(std::string_view packed, Found found) {
  if (packed.data() != last_fields_.data() || packed.size() != last_fields_.size()) {
    last_fields_ = packed;
    found_in_fields_.clear();
    const auto keep = [this](LiteralScanner::Id literal) { found_in_fields_.push_back(literal); };
    base::FieldReader reader(packed);
    for (base::Field each; reader.next(each);) {
      scan_text(each.key, keep);
      scan_text(each.value, keep);
    }
  }
  for (const LiteralScanner::Id literal : found_in_fields_) found(literal);
}

template <class Found>
void QueryMatcher::scan_text(std::string_view text, Found found) {
  const Lowered lowered = lowered_for_scan(text, lowered_);
  set_.scanner_.scan(lowered, found);
  if (lowered.ascii) return;
  if (std::string folded; fold_beyond_ascii(lowered.text, folded))
    set_.scanner_.scan(lowered_for_scan(folded, lowered_), found);
}

void QueryMatcher::suspect(QuerySet::SignId sign, const Origin& origin) {
  if (found_[sign] == event_) return;
  found_[sign] = event_;
  for (const std::uint32_t group : set_.groups_of_[sign]) groups_[group] = event_;
  if (sign < set_.fields_to_read_.size())
    to_read_.insert(to_read_.end(), set_.fields_to_read_[sign].begin(), set_.fields_to_read_[sign].end());
  for (const QueryId id : set_.queries_of_[sign]) {
    if (suspected_[id] == event_ || origin.looks[id] != Look::if_found) continue;
    suspected_[id] = event_;
    candidates_.push_back(id);
  }
}

// From here: whether a query holds.

bool QueryMatcher::holds(const QuerySet::Part& part, const Origin& origin) {
  const auto each = [&](const QuerySet::Part& child) { return holds(child, origin); };
  switch (part.kind) {
    case Kind::leaf:
      return holds_leaf(part.leaf, origin);
    case Kind::all:
      return std::all_of(part.children.begin(), part.children.end(), each);
    case Kind::any:
      if (scanned_ && part.group != QuerySet::kNoGroup && groups_[part.group] != event_) return false;
      return std::any_of(part.children.begin(), part.children.end(), each);
    case Kind::none:
      return !holds(part.children[0], origin);
    case Kind::everything:
      return true;
  }
  return false;
}

// Whether a sign of the leaf's rarest witness is there, or it has none.
bool QueryMatcher::is_possible(PredicateId leaf) const {
  const QuerySet::SignId sign = set_.sign_of_[leaf];
  if (sign == QuerySet::kNoSign) return true;
  if (sign != QuerySet::kSeveralSigns) return found_[sign] == event_;
  const std::vector<QuerySet::SignId>& signs = set_.leaves_[leaf].signs;
  return std::any_of(signs.begin(), signs.end(), [this](QuerySet::SignId each) { return found_[each] == event_; });
}

bool QueryMatcher::holds_leaf(PredicateId id, const Origin& origin) {
  if (scanned_ && !is_possible(id)) return false;  // nearly always; what follows is far away in memory
  if (origin.headers[id] != Truth::unknown) return origin.headers[id] == Truth::yes;
  const QuerySet::Leaf& leaf = set_.leaves_[id];
  if (leaf.capture) return leaf.compiled.holds(fields_);
  Memo& memo = memos_[id];
  if (memo.event != event_) memo = {event_, leaf.compiled.holds(fields_)};
  return memo.value;
}

}  // namespace longshore::rules
