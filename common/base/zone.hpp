// A time zone, for dates that do not name theirs (RFC 3164 §4.1.2). From a fixed offset, or from the bytes of a TZif file
// (RFC 8536), which the caller has read. Cheap to copy.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "common/base/zone_rule.hpp"

namespace longshore::base {

class Zone {
 public:
  static Zone utc() { return Zone(); }
  // "UTC", "Z", "+02:00", "-0330". Code::invalid for anything else, e.g. a name: see from_tzif.
  static Result<Zone> from_offset(std::string_view text);
  // `bytes`: a whole file of the zoneinfo database. `name` is for the error.
  static Result<Zone> from_tzif(std::string_view bytes, std::string_view name);

  // `local`: a wall clock reading given as if it were UTC. Where a clock is set back, the first of the two; where it is set
  // forward, as before the change.
  Timestamp to_utc(Timestamp local) const;
  // The wall clock's reading at `utc`, given as if it were UTC.
  Timestamp to_local(Timestamp utc) const;

 private:
  using Changes = std::vector<OffsetChange>;
  std::int32_t offset_at(std::int64_t seconds) const;  // only if there are changes

  std::int32_t first_offset_ = 0;
  std::shared_ptr<const Changes> changes_;  // ascending, not empty; null: there are none. Shared: each connection has a zone
};

}  // namespace longshore::base
