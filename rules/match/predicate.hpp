// One predicate of a query, made ready to be asked of many values. Immutable; may be asked by any thread. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/base/ip_network.hpp"
#include "rules/match/event_fields.hpp"
#include "rules/query/ast.hpp"

namespace re2 {
class RE2;
}

namespace longshore::rules {

class CompiledPredicate {
 public:
  // `list`: the values of the list that the predicate names.
  CompiledPredicate(const Predicate& predicate, FieldId field, const std::vector<std::string>& list);
  CompiledPredicate(CompiledPredicate&&) noexcept;
  ~CompiledPredicate();

  FieldId field() const { return field_; }
  const Predicate& predicate() const { return predicate_; }
  // One of the field's values satisfies it.
  bool holds(EventFields& fields) const;

 private:
  // `value`: in lower case where uses_lowered().
  bool holds_for(std::string_view value) const;
  bool uses_lowered() const;
  void read_glob(std::string_view glob);
  void read_regex(std::string_view pattern);
  bool matches_regex(std::string_view value) const;
  bool in_range(std::string_view value) const;

  Predicate predicate_;
  FieldId field_;
  std::vector<Literal> tokens_;  // equals: the value as words
  // wildcard: where its only text stands in the value; `other`: it has more than one, or a ?
  enum class Glob : std::uint8_t { whole, starts, ends, contains, other };
  Glob glob_ = Glob::other;
  std::string glob_text_;
  std::unique_ptr<re2::RE2> regex_;
  std::optional<std::string> whole_;  // regex: all that `^…$` takes, but for letters beyond ASCII
  std::vector<base::IpNetwork> networks_;
  std::unordered_set<std::string> list_;  // in lower case
};

// Of the whole text, finite.
std::optional<double> number_of(std::string_view text);

// RE2 for a pattern of a query or of `extract:`, which has been checked: bounded memory, quiet.
std::unique_ptr<re2::RE2> compile_regex(const std::string& pattern, bool ignore_case);

}  // namespace longshore::rules
