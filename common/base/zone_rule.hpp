// The rule at the end of a TZif file (RFC 8536 §3.3.1, POSIX TZ), e.g. "CET-1CEST,M3.5.0,M10.5.0/3": what holds after the
// last change that the file lists. Many zoneinfo packages list none of the changes that a rule can tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace longshore::base {

struct OffsetChange {
  std::int64_t at;      // seconds since 1970, UTC
  std::int32_t offset;  // seconds east of UTC from then on
};

struct ZoneRule {
  std::int32_t standard;              // seconds east of UTC, where it is not summer
  std::vector<OffsetChange> changes;  // of all years asked for, ascending; none if there is no summer time
};

// nullopt if `text` is no such rule.
std::optional<ZoneRule> expand_zone_rule(std::string_view text, int first_year, int last_year);

}  // namespace longshore::base
