#include "rotator/files/attributes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

namespace longshore::rotator {
namespace {

using base::fail_errno;
using base::Result;

constexpr const char* kAccessList = "system.posix_acl_access";

// The file system knows no access lists, or the file has none.
bool none(int error) {
  return error == ENODATA || error == ENOTSUP || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL;
}

struct timespec timespec_of(base::Timestamp time) {
  return {.tv_sec = time.ns / 1'000'000'000, .tv_nsec = time.ns % 1'000'000'000};
}

}  // namespace

Result<Access> access_of(int file) {
  struct stat status = {};
  if (::fstat(file, &status) != 0) return fail_errno(errno, "fstat");
  Access access{.mode = status.st_mode & 07777, .uid = status.st_uid, .gid = status.st_gid, .access_list = ""};
  std::string list(65'536, '\0');  // XATTR_SIZE_MAX
  const ssize_t size = ::fgetxattr(file, kAccessList, list.data(), list.size());
  if (size < 0 && !none(errno)) return fail_errno(errno, "getting file ACL");
  list.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  access.access_list = std::move(list);
  return access;
}

Result<void> give_access(int file, const Access& access, const std::string& name) {
  struct stat status = {};
  if (::fstat(file, &status) != 0) return fail_errno(errno, "fstat of " + name + " failed");
  if (::geteuid() == 0 && (status.st_uid != access.uid || status.st_gid != access.gid) &&
      ::fchown(file, access.uid, access.gid) != 0)
    return fail_errno(errno, "error setting owner of " + name);
  if (access.access_list) {
    const bool has = !access.access_list->empty();
    const int done = has ? ::fsetxattr(file, kAccessList, access.access_list->data(), access.access_list->size(), 0)
                         : ::fremovexattr(file, kAccessList);
    if (done != 0 && !none(errno)) return fail_errno(errno, "setting ACL for " + name);
    if (done == 0 && has) return {};  // the list has the mode in it
  }
  if (::fchmod(file, access.mode) != 0) return fail_errno(errno, "error setting mode of " + name);
  return {};
}

void give_times(int file, const FileFacts& like) {
  const struct timespec times[2] = {timespec_of(like.accessed), timespec_of(like.modified)};
  static_cast<void>(::futimens(file, times) == 0);
}

}  // namespace longshore::rotator
