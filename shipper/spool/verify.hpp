// Checks every byte of a spool without changing any, also while a shipper writes to it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"

namespace longshore::shipper {

// A damaged place: bytes [begin, end) of `file`, which is relative to the spool's folder.
struct Damage {
  std::string file;
  std::uint64_t begin = 0, end = 0;
  std::string what;  // e.g. "events 7 to 9: their checksum is wrong"
  friend bool operator==(const Damage&, const Damage&) = default;
};

struct VerifyTotals {
  std::uint64_t files = 0;  // segments and cursors
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t events = 0;  // as a reader would give them
};

// Calls `damaged` for each damage, in the order of the files. The newest segment may end in a block that is just being
// written: `pause`, which takes a moment, is called some times before it counts as torn.
base::Result<VerifyTotals> verify_spool(const std::string& directory, base::FileSystem& file_system,
                                        const std::function<void(const Damage&)>& damaged,
                                        const std::function<void()>& pause);

}  // namespace longshore::shipper
