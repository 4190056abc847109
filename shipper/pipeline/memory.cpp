#include "shipper/pipeline/memory.hpp"

#include <unistd.h>

#include <fstream>

namespace longshore::shipper {

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace longshore::shipper
