#include "rotator/files/leases.hpp"

#include <fcntl.h>

#include <cerrno>
#include <csignal>

namespace longshore::rotator {
namespace {

OpenElsewhere ask(int file, int lease) {
  // Who opens the file meanwhile makes the kernel send us a signal: one that is ignored, not SIGIO, which would end us.
  if (::fcntl(file, F_SETSIG, SIGURG) != 0) return OpenElsewhere::unknown;
  if (::fcntl(file, F_SETLEASE, lease) != 0) return errno == EAGAIN ? OpenElsewhere::yes : OpenElsewhere::unknown;
  ::fcntl(file, F_SETLEASE, F_UNLCK);
  return OpenElsewhere::no;
}

}  // namespace

OpenElsewhere is_written_elsewhere(int file) { return ask(file, F_RDLCK); }
OpenElsewhere is_open_elsewhere(int file) { return ask(file, F_WRLCK); }

}  // namespace longshore::rotator
