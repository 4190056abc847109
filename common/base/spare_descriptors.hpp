// Keeps file descriptors back for what must go on (sinks, the spool, the admin address) when files or senders would take
// them all.
#pragma once

#include <sys/resource.h>

namespace longshore::base {

// Of all that the process may have, what opening files and accepting connections leaves over.
inline constexpr rlim_t kSpareOfFiles = 2, kSpareOfConnections = 8;  // one half, one eighth

// Whether `fd`, just opened, is among the last 1/`part` of them, and should be closed again. The kernel gives the lowest
// free number first.
inline bool is_spare_descriptor(int fd, rlim_t part) {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && static_cast<rlim_t>(fd) >= limit.rlim_cur - limit.rlim_cur / part;
}

}  // namespace longshore::base
