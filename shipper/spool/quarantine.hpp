// Keeps a copy of damaged bytes for whoever wants to look at them, in a folder that stays within a bound. Best effort: a
// copy that cannot be made is not made, and nothing else depends on it. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "common/base/bytes.hpp"
#include "common/base/file_system.hpp"

namespace longshore::shipper {

inline constexpr base::Bytes kQuarantineLimit{64ULL << 20};  // all copies together; what comes later is counted, not copied

class Quarantine {
 public:
  Quarantine(base::FileSystem& file_system, const std::string& spool_directory);
  // Copies bytes [begin, end) of the segment file at `path`; once, also when asked again after a restart.
  void keep(const std::string& path, std::uint32_t segment, std::uint64_t begin, std::uint64_t end);

 private:
  std::uint64_t used() const;

  base::FileSystem& file_system_;
  std::string directory_;
  std::mutex mutex_;
};

}  // namespace longshore::shipper
