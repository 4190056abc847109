// Whether one file is to be rotated now, why, and otherwise when it will be, as far as the clock alone decides. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rotator/policy/policy.hpp"
#include "rotator/schedule/calendar.hpp"

namespace longshore::rotator {

struct Triggers {
  Calendar calendar;
  std::optional<std::uint64_t> size;      // bytes: at this size, and never by the calendar
  std::optional<std::uint64_t> max_size;  // bytes: at this size, also before the calendar says so
  std::uint64_t min_size = 0;             // bytes: the calendar waits until then
  base::Duration min_age{};               // since the last write, before anything happens
  bool if_empty = false;                  // rotate also a file without a byte
};

// What a block of configuration says.
Triggers triggers_of(const Policy& policy);

struct LogFacts {
  std::uint64_t bytes = 0;  // that are not in an archive yet
  base::Timestamp modified;
  base::Timestamp last_rotation;
};

enum class RotationReason { none, calendar, size, max_size, clock_set_back };

struct Decision {
  RotationReason reason = RotationReason::none;
  base::Timestamp next = base::kNever;  // when to ask again if nothing is written meanwhile
  std::string why;                      // one clause for people
  bool rotate() const { return reason != RotationReason::none; }
};

Decision decide(const Triggers& triggers, const LogFacts& facts, base::Timestamp now, const base::Zone& zone);

// From how many bytes on a size alone rotates; nothing if none does.
std::optional<std::uint64_t> size_limit(const Triggers& triggers);

}  // namespace longshore::rotator
