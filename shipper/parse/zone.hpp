// A time zone, for dates that do not name theirs (RFC 3164 §4.1.2). From a fixed offset, or from the bytes of a TZif file
// (RFC 8536), which the caller has read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::shipper {

class Zone {
 public:
  static Zone utc() { return Zone(); }
  // "UTC", "Z", "+02:00", "-0330". Code::invalid for anything else, e.g. a name: see from_tzif.
  static base::Result<Zone> from_offset(std::string_view text);
  // `bytes`: a whole file of the zoneinfo database. `name` is for the error.
  static base::Result<Zone> from_tzif(std::string_view bytes, std::string_view name);

  // `local`: a wall clock reading given as if it were UTC. Where a clock is set back, the first of the two; where it is set
  // forward, as before the change.
  base::Timestamp to_utc(base::Timestamp local) const;

 private:
  struct Change {
    std::int64_t at;      // seconds, UTC
    std::int32_t offset;  // seconds east of UTC from then on
  };
  std::int32_t first_offset_ = 0;
  std::vector<Change> changes_;  // ascending
};

}  // namespace longshore::shipper
