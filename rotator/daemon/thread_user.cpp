#include "rotator/daemon/thread_user.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace longshore::rotator {
namespace {

// The system's own calls: the library's would change every thread.
void set(std::uint32_t uid, std::uint32_t gid) {
  ::syscall(SYS_setfsgid, gid);
  ::syscall(SYS_setfsuid, uid);
}
bool is(std::uint32_t uid, std::uint32_t gid) {
  constexpr long kAsk = -1;  // changes nothing and tells who it is
  return ::syscall(SYS_setfsuid, kAsk) == static_cast<long>(uid) && ::syscall(SYS_setfsgid, kAsk) == static_cast<long>(gid);
}

}  // namespace

base::Result<ThreadUser> ThreadUser::become(const std::optional<UserAndGroup>& user) {
  if (!user || is(user->uid, user->gid)) return ThreadUser(false);
  set(user->uid, user->gid);
  ThreadUser now(true);
  if (is(user->uid, user->gid)) return now;
  return base::fail(base::Code::permission,
                    fmt::format("work as user {}, group {} (`su`): only root may", user->uid, user->gid));
}

ThreadUser::~ThreadUser() {
  if (active_) set(::geteuid(), ::getegid());
}

}  // namespace longshore::rotator
