// Many queries asked of an event at once. Only those are evaluated of which there is a sign in the event, a literal
// (witness.hpp, literal_scanner.hpp) or a number in a field (number_index.hpp), and of those that need none, the ones that
// its origin lets through. Pure.
//
// QuerySet is built once, then shared by any thread. QueryMatcher belongs to one thread; it allocates nothing for an event
// that no query matches, once it has seen a few of the kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/match/event_fields.hpp"
#include "rules/match/literal_scanner.hpp"
#include "rules/match/number_index.hpp"
#include "rules/match/predicate.hpp"
#include "rules/match/witness.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

using QueryId = std::uint32_t;

// Lists by name, for list(NAME).
using ListsByName = std::map<std::string, std::vector<std::string>>;

class QuerySet {
 public:
  QueryId add(const Node& tree, const ListsByName& lists);
  // After the last add().
  void build();

  FieldTable& fields() { return fields_; }
  const FieldTable& fields() const { return fields_; }
  std::size_t size() const { return queries_.size(); }

  // By what events are found for the query: one of these literals; or none, and each event has to be looked at whose origin
  // the query allows.
  std::vector<std::string> literals(QueryId query) const;
  bool looks_at_header(QueryId query) const { return queries_[query].has_header; }

 private:
  friend class QueryMatcher;
  using PredicateId = std::uint32_t;
  using SignId = std::uint32_t;                               // of literals the scanner's numbers, then those of numbers
  using LiteralCounts = std::map<SearchedText, std::size_t>;  // in how many leaves of how many queries

  static constexpr std::uint32_t kNoGroup = 0xFFFFFFFF;
  static constexpr SignId kNoSign = 0xFFFFFFFF, kSeveralSigns = 0xFFFFFFFE;
  struct Part {
    Node::Kind kind = Node::Kind::everything;
    PredicateId leaf = 0;
    bool known = false;              // all below it are header predicates
    bool chosen = false;             // leaf: its signs are in the index for this query
    std::uint32_t group = kNoGroup;  // any: of many leaves that all have signs; its number
    std::vector<Part> children = {};
  };
  struct Query {
    Part root;
    bool has_header = false;
    bool has_capture = false;
    std::vector<SignId> signs = {};  // one of them is there, if it is not known from the header
  };
  struct Leaf {
    CompiledPredicate compiled;
    std::vector<Witness> witnesses;
    const Witness* rarest = nullptr;    // of them, the one it is found by; of numbers the first, perhaps nothing
    double rarity = 0;                  // of it; 0: there is none
    std::vector<QueryId> queries = {};  // those that are found by it
    std::vector<SignId> signs = {};     // of the rarest witness: without one of them it does not hold
    bool indexed = false;               // its signs are looked for
    bool number = false;  // numbers can satisfy it: the first witness is about them, the second about their field
    bool header = false;
    bool capture = false;
  };

  // Short lists by number, one behind the other in memory.
  class Lists {
   public:
    void build(const std::vector<std::vector<std::uint32_t>>& lists);
    std::span<const std::uint32_t> operator[](std::uint32_t i) const {
      return {items_.data() + starts_[i], items_.data() + starts_[i + 1]};
    }
    std::size_t size() const { return starts_.size() - 1; }

   private:
    std::vector<std::uint32_t> starts_ = {0}, items_;
  };

  Part compile(const Node& node, const ListsByName& lists, Query& query);
  PredicateId intern(const Predicate& predicate, const ListsByName& lists);
  int cost(const Part& part) const;
  void count_literals(const Part& part, LiteralCounts& counts) const;
  static double rarity(const Witness& witness, const LiteralCounts& counts);
  void take_rarest(Leaf& leaf, const LiteralCounts& counts);
  static bool is_cheap(const Leaf& leaf);
  void add_literals();
  SignId add_numbers();
  void link_signs(SignId signs);
  void make_groups(Part& part, std::vector<std::vector<std::uint32_t>>& groups_of);
  double rarity(const Part& part) const;
  void choose(Part& part, QueryId id);

  FieldTable fields_;
  std::vector<Leaf> leaves_;
  std::unordered_map<std::string, PredicateId> ids_;  // by the predicate as text
  std::vector<PredicateId> headers_;                  // leaves whose field says where an event comes from
  std::vector<Query> queries_;
  LiteralScanner scanner_;
  NumberIndex numbers_;
  std::vector<std::vector<FieldId>> fields_to_read_;  // by literal: it names them, and their numbers matter
  std::vector<SignId> sign_of_;                       // by leaf: what must be found before it can hold
  Lists queries_of_, groups_of_;                      // by sign: those to be looked at if it is there
  std::uint32_t groups_ = 0;
  std::size_t longest_raw_ = 0;  // of the literals that are to be looked for in raw frames; 0: there are none
};

class QueryMatcher {
 public:
  // Captures of the rule that a query belongs to.
  class CaptureSource {
   public:
    virtual ~CaptureSource() = default;
    virtual Captures* captures_of(QueryId query) = 0;
  };

  // All outlive this.
  QueryMatcher(const QuerySet& set, const Surroundings& surroundings, CaptureSource& captures);

  // Before the first event of memory that has been used for other events before.
  void new_batch() { last_fields_ = {}; }
  // The queries that match, in their order; valid until the next call. `event` must stay until then.
  std::span<const QueryId> match(const EventView& event);
  // Of the event that was given last.
  EventFields& fields() { return fields_; }

 private:
  using PredicateId = QuerySet::PredicateId;
  enum class Look : std::uint8_t { never, if_found, always };
  enum class Truth : std::uint8_t { no, yes, unknown };
  // What is known of all events that come from one place.
  struct Origin {
    std::vector<Truth> headers;  // by predicate
    std::vector<Look> looks;     // by query
    std::vector<QueryId> always;
    bool scans = false;  // some query is looked at only if one of its literals is found
  };
  struct Memo {
    std::uint64_t event = 0;
    bool value = false;
  };

  const Origin& origin_of(const EventView& event);
  std::unique_ptr<Origin> make_origin(bool known);
  void write_key(const EventView& event);
  Truth known(const QuerySet::Part& part, const Origin& origin) const;
  bool covered(const QuerySet::Part& part, const Origin& origin) const;
  void scan(const EventView& event, const Origin& origin);
  template <class Found>
  void scan_fields(std::string_view packed, Found found);
  template <class Found>
  void scan_text(std::string_view text, Found found);
  void read_numbers(FieldId field, const Origin& origin);
  void suspect(QuerySet::SignId sign, const Origin& origin);
  bool holds(const QuerySet::Part& part, const Origin& origin);
  bool is_possible(PredicateId leaf) const;
  bool holds_leaf(PredicateId leaf, const Origin& origin);

  const QuerySet& set_;
  CaptureSource& captures_;
  EventFields fields_;
  std::uint64_t event_ = 0;
  std::vector<Memo> memos_;
  std::vector<std::uint64_t> found_;      // by sign: the last event in which it was found
  std::vector<std::uint64_t> groups_;     // by group: the last event in which one of its leaves was possible
  bool scanned_ = false;                  // signs in the event at hand are known
  std::vector<std::uint64_t> suspected_;  // by query: the last event in which a sign of it was found
  std::vector<FieldId> to_read_;          // fields of the event at hand whose numbers matter
  std::vector<QueryId> candidates_, matches_;
  std::string lowered_, key_;
  std::string_view last_fields_;  // of the event before: lines of one container share them
  std::vector<LiteralScanner::Id> found_in_fields_;

  std::unordered_map<std::string, std::unique_ptr<Origin>> origins_;
  std::size_t most_origins_;
  std::vector<std::size_t> seen_;  // hashes of keys that came once
  std::unique_ptr<Origin> anywhere_;
  const Origin* last_origin_ = nullptr;
  std::string last_key_;
};

}  // namespace longshore::rules
