// Which of many numbers and ranges of numbers a value is or lies in, by field: how queries on numbers are found. Immutable
// once built; any thread. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "rules/match/event_fields.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

class NumberIndex {
 public:
  // `id`: what is reported for a number for which the predicate, an `equals` or `range` of numbers, holds; `in_texts`: and
  // for any text.
  void add(FieldId field, const Predicate& predicate, std::uint32_t id, bool in_texts) {
    Field& of = fields_[field];
    if (in_texts) of.in_texts.push_back(id);
    if (predicate.op == Predicate::Op::equals)
      of.equal[predicate.values[0].number].push_back(id);
    else
      of.ranges.push_back({predicate.has_low ? predicate.low.number : -kInfinite,
                           predicate.has_high ? predicate.high.number : kInfinite, id});
  }
  // After the last add().
  void build() {
    for (auto& [id, field] : fields_)
      std::sort(field.ranges.begin(), field.ranges.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
  }
  // Calls found(id) for what a text that is no number may satisfy.
  template <class Found>
  void find_text(FieldId field, Found found) const {
    if (const auto of = fields_.find(field); of != fields_.end())
      for (const std::uint32_t id : of->second.in_texts) found(id);
  }
  // Calls found(id). Ends of ranges count as within: whether they are, the predicate decides.
  template <class Found>
  void find(FieldId field, double number, Found found) const {
    const auto of = fields_.find(field);
    if (of == fields_.end()) return;
    if (const auto equal = of->second.equal.find(number); equal != of->second.equal.end())
      for (const std::uint32_t id : equal->second) found(id);
    for (const Range& range : of->second.ranges) {
      if (range.low > number) break;
      if (range.high >= number) found(range.id);
    }
  }

 private:
  static constexpr double kInfinite = 1.7e308;
  struct Range {
    double low, high;
    std::uint32_t id;
  };
  struct Field {
    std::unordered_map<double, std::vector<std::uint32_t>> equal;
    std::vector<Range> ranges;  // by their low ends
    std::vector<std::uint32_t> in_texts;
  };
  std::map<FieldId, Field> fields_;
};

}  // namespace longshore::rules
