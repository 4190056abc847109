// The state of a rule's `when:` for one group: fed with matches, it says whether the condition holds, and when to ask again.
// Pure; time is that of the events. Memory is bounded by the rule's own numbers (bytes()).
//
// Windows slide: at time t they hold what happened in (t - within, t]. A match that is older than the window of the newest
// one seen is too late and changes nothing. Counts are exact up to 1,024; above, and for ratio and rate, an event's place in
// the window is known to a hundredth of it or better.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "common/base/timestamp.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

struct Match {
  base::Timestamp time;
  std::uint8_t query = 0;   // ratio: 1 if `of` matched as well; sequence: the step that matched
  std::uint64_t value = 0;  // distinct, first_seen: a hash of the field's value
};

struct Holding {
  bool holds = false;
  base::Timestamp until = base::kNever;  // nothing changes before, unless something matches
  bool operator==(const Holding&) const = default;
};

class Condition {
 public:
  virtual ~Condition() = default;
  // At the time of the newest match. A condition that a single match fulfils holds at that time only (`until` is now).
  virtual Holding match(const Match& match) = 0;
  // At `now`, not before the newest match.
  virtual Holding at(base::Timestamp now) = 0;
  // How many matches it holds for, at the time of the newest one.
  virtual std::uint64_t matches() const { return 1; }
  virtual std::size_t bytes() const = 0;
};

std::unique_ptr<Condition> make_condition(const When& when);

}  // namespace longshore::rules
