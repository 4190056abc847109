// What a spool's directory holds when it is opened. Reads the names and sizes of all segments, but block headers only in the
// newest (and in older ones as long as those tell no full set of checkpoints): a large backlog opens in milliseconds.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "shipper/spool/quarantine.hpp"

namespace longshore::shipper {

// Where the disk refuses to say which numbers were given, so many are left out. Nobody knows how many events that gap held.
inline constexpr std::uint64_t kUnknownGap = std::uint64_t{1} << 32;

struct RecoveredSegment {
  std::uint64_t first_seq = 0;
  std::uint64_t size = 0;  // bytes up to the end of the last block
};

struct Recovered {
  std::map<std::uint32_t, RecoveredSegment> segments;  // by number
  std::map<std::string, std::string> checkpoints;
  std::uint64_t next_seq = 1;  // greater than every sequence number that is known to have been given
  std::uint32_t next_segment = 1;
  std::uint32_t snapshot_segment = 0;  // segments before this one hold no checkpoint that is still needed
  std::uint64_t unsynced_from = 0;     // the newest segment is known to be durable up to here
  std::uint64_t torn_bytes = 0;
  std::uint64_t lost_cursors = 0;  // cursor files that are damaged
};

// Cuts the torn tail of the newest segment; its bytes go to the quarantine. Damage elsewhere is left to the readers.
base::Result<Recovered> recover(base::FileSystem& file_system, const std::string& directory, Quarantine& quarantine);

}  // namespace longshore::shipper
