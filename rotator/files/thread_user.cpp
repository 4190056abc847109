#include "rotator/files/thread_user.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

namespace longshore::rotator {
namespace {

thread_local std::optional<std::vector<gid_t>> given_up;  // further groups, while this thread has none

// The system's own calls: the library's would change every thread. These two tell who it was, and with -1 change nothing.
constexpr long kAsk = -1;
std::uint32_t set_user(long uid) { return static_cast<std::uint32_t>(::syscall(SYS_setfsuid, uid)); }
std::uint32_t set_group(long gid) { return static_cast<std::uint32_t>(::syscall(SYS_setfsgid, gid)); }

bool is(std::uint32_t uid, std::uint32_t gid) { return set_user(kAsk) == uid && set_group(kAsk) == gid; }

bool give_groups_up() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  if (::getgroups(static_cast<int>(groups.size()), groups.data()) < 0) return false;
  if (!groups.empty() && ::syscall(SYS_setgroups, 0, nullptr) != 0) return false;
  given_up = std::move(groups);
  return true;
}

}  // namespace

base::Result<ThreadUser> ThreadUser::become(std::uint32_t uid, std::uint32_t gid) {
  if (is(uid, gid)) return ThreadUser(false);
  const bool without_groups = give_groups_up();
  ThreadUser now(true);  // takes back what was done
  if (without_groups) {
    set_group(gid);
    set_user(uid);  // last: with it goes the right to everybody's files
    if (is(uid, gid)) return now;
  }
  return base::fail(
      base::Code::permission,
      fmt::format("work as user {}, group {} (`su`): only root may, or who has the capabilities SETUID and SETGID", uid,
                  gid));
}

ThreadUser::~ThreadUser() {
  if (!active_) return;
  set_user(::geteuid());
  set_group(::getegid());
  take_groups_back();
  given_up.reset();
}

void ThreadUser::take_groups_back() {
  if (given_up && !given_up->empty()) ::syscall(SYS_setgroups, given_up->size(), given_up->data());
}

std::uint32_t file_user() { return set_user(kAsk); }

}  // namespace longshore::rotator
