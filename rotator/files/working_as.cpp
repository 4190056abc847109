#include "rotator/files/working_as.hpp"

#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "rotator/files/thread_user.hpp"

namespace longshore::rotator {

base::Result<WorkingAs> WorkingAs::start(std::uint32_t uid, std::uint32_t gid) {
  WorkingAs before(::geteuid(), ::getegid());
  if (before.uid_ == uid && before.gid_ == gid) {
    before.active_ = false;
    return before;
  }
  // The group first: afterwards we may lack the right.
  if (::setegid(gid) != 0 || ::seteuid(uid) != 0)
    return base::fail_errno(errno, "error switching euid to " + std::to_string(uid) + " and egid to " + std::to_string(gid));
  return before;
}

WorkingAs::WorkingAs(WorkingAs&& other) noexcept
    : uid_(other.uid_), gid_(other.gid_), active_(std::exchange(other.active_, false)) {}

WorkingAs::~WorkingAs() {
  if (!active_) return;
  // Going on as somebody else would be worse than not going on.
  if (::seteuid(uid_) != 0 || ::setegid(gid_) != 0) std::abort();
}

bool become_invoker() {
  const uid_t uid = ::getuid();
  const gid_t gid = ::getgid();
  if (::seteuid(uid) != 0 || ::setegid(gid) != 0) return false;
  ThreadUser::take_groups_back();
  return true;
}

bool become(std::uint32_t uid, std::uint32_t gid) {
  // Back to all rights first, then without a way back.
  if (!become_invoker() || (::setgroups(0, nullptr) != 0 && errno != EPERM) || ::setgid(gid) != 0 || ::setuid(uid) != 0)
    return false;
  return uid == 0 || (::setuid(0) != 0 && ::seteuid(0) != 0);
}

}  // namespace longshore::rotator
