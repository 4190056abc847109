#include "rotator/files/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <memory>

#include "rotator/files/leases.hpp"
#include "rotator/files/thread_user.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;
using base::UniqueFd;

constexpr int kMaxLinks = 40;  // symbolic links in one path, as the kernel has it

int open_beneath(int directory, const char* name, std::uint64_t flags, std::uint64_t resolve) {
  struct open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = resolve;
  return static_cast<int>(::syscall(SYS_openat2, directory, name, &how, sizeof how));
}

// Could only root, who we are, or a group of root's choice have put names into the directory?
bool trusted_owner(const struct stat& status) {
  if (status.st_uid != 0 && status.st_uid != file_user()) return false;
  return (status.st_mode & S_IWOTH) == 0 || (status.st_mode & S_ISVTX) != 0;
}

// Of an open symbolic link in the open directory.
std::optional<std::string> trusted_target(int link, int directory) {
  struct stat here = {}, above = {};
  if (::fstat(link, &here) != 0 || ::fstat(directory, &above) != 0) return std::nullopt;
  if (!trusted_owner(above) || (here.st_uid != 0 && here.st_uid != file_user())) return std::nullopt;
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(link, "", target.data(), target.size());
  if (size < 0) return std::nullopt;
  target.resize(static_cast<std::size_t>(size));
  return target;
}

// Follows the path component by component. `links` counts those that may still be followed.
Result<UniqueFd> walk(UniqueFd at, std::string_view path, const std::string& whole, int& links) {
  while (true) {
    const auto begin = path.find_first_not_of('/');
    if (begin == std::string_view::npos) return at;
    path.remove_prefix(begin);
    const std::string name(path.substr(0, path.find('/')));
    path.remove_prefix(name.size());
    int next = ::openat(at.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0) return fail_errno(errno, "open " + whole);
    UniqueFd opened(next);
    struct stat here = {};
    if (::fstat(next, &here) != 0) return fail_errno(errno, "stat " + whole);
    if (S_ISLNK(here.st_mode)) {
      const auto target = trusted_target(next, at.get());
      if (!target)
        return fail(Code::permission,
                    whole + ": " + name + " on the way is a symbolic link that others could have put there");
      if (--links < 0) return fail_errno(ELOOP, "open " + whole);
      if (target->starts_with('/')) at.reset(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
      auto there = walk(std::move(at), *target, whole, links);
      if (!there) return there;
      at = std::move(*there);
    } else {
      at = std::move(opened);
    }
  }
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

base::Timestamp timestamp_of(const struct timespec& time) {
  return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
}

}  // namespace

FileFacts facts_of(const struct stat& status) {
  FileFacts facts;
  facts.kind = kind_of(status.st_mode);
  facts.device = status.st_dev;
  facts.inode = status.st_ino;
  facts.size = static_cast<std::uint64_t>(status.st_size);
  facts.allocated = static_cast<std::uint64_t>(status.st_blocks) * 512;
  facts.mode = status.st_mode & 07777;
  facts.uid = status.st_uid;
  facts.gid = status.st_gid;
  facts.links = status.st_nlink;
  facts.accessed = timestamp_of(status.st_atim);
  facts.modified = timestamp_of(status.st_mtim);
  return facts;
}

DirectoryAndName split_path(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {".", std::string(path)};
  return {slash == 0 ? "/" : std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

std::string Directory::path_of(std::string_view name) const {
  if (path_ == ".") return std::string(name);
  return path_ + (path_.ends_with('/') ? "" : "/") + std::string(name);
}

Result<Directory> Directory::open(const std::string& path) {
  constexpr std::uint64_t flags = O_RDONLY | O_DIRECTORY | O_NOCTTY;
  int fd = open_beneath(AT_FDCWD, path.c_str(), flags, RESOLVE_NO_SYMLINKS);
  if (fd < 0 && errno == ELOOP) {
    int links = kMaxLinks;
    UniqueFd start(::open(path.starts_with('/') ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    TRY(found, walk(std::move(start), path, path, links));
    fd = open_beneath(found.get(), ".", flags, RESOLVE_NO_SYMLINKS);
  }
  if (fd < 0) return fail_errno(errno, "open " + path);
  return Directory(UniqueFd(fd), path);
}

Result<FileFacts> Directory::facts() const {
  struct stat status = {};
  if (::fstat(fd(), &status) != 0) return fail_errno(errno, "stat of " + path_ + " failed");
  return facts_of(status);
}

Result<FileFacts> Directory::facts(const std::string& name) const {
  struct statx status = {};
  if (::statx(fd(), name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &status) != 0)
    return fail_errno(errno, "stat of " + path_of(name) + " failed");
  const auto timestamp = [](const struct statx_timestamp& time) {
    return base::Timestamp{static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
  };
  FileFacts facts;
  facts.kind = kind_of(status.stx_mode);
  facts.device = makedev(status.stx_dev_major, status.stx_dev_minor);
  facts.inode = status.stx_ino;
  facts.size = status.stx_size;
  facts.allocated = status.stx_blocks * 512;
  facts.mode = status.stx_mode & 07777;
  facts.uid = status.stx_uid;
  facts.gid = status.stx_gid;
  facts.links = status.stx_nlink;
  facts.accessed = timestamp(status.stx_atime);
  facts.modified = timestamp(status.stx_mtime);
  if ((status.stx_mask & STATX_BTIME) != 0 && status.stx_btime.tv_sec > 0) facts.born = timestamp(status.stx_btime);
  return facts;
}

std::optional<std::string> Directory::link_target(const std::string& name) const {
  const UniqueFd link(::openat(fd(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!link || ::fstat(link.get(), &status) != 0 || !S_ISLNK(status.st_mode)) return std::nullopt;
  return trusted_target(link.get(), fd());
}

Result<std::vector<std::string>> Directory::list() const {
  UniqueFd again(open_beneath(fd(), ".", O_RDONLY | O_DIRECTORY, RESOLVE_BENEATH));  // a position of its own
  if (!again) return fail_errno(errno, "open " + path_);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again.get()), ::closedir);
  if (!stream) return fail_errno(errno, "list " + path_);
  again.release();
  std::vector<std::string> names;
  errno = 0;
  while (const struct dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return fail_errno(errno, "list " + path_);
  std::sort(names.begin(), names.end());
  return names;
}

Result<UniqueFd> Directory::open_file(const std::string& name, int flags) const {
  // Without O_NONBLOCK a fifo would hang here; for a regular file it means nothing, and fstat then tells which it is.
  UniqueFd file(open_beneath(fd(), name.c_str(), static_cast<unsigned>(flags) | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY,
                             RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS));
  if (!file) return fail_errno(errno, "open " + path_of(name));
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return fail_errno(errno, "stat of " + path_of(name) + " failed");
  if (!S_ISREG(status.st_mode)) return fail(Code::invalid, path_of(name) + " is no regular file");
  return file;
}

Result<UniqueFd> Directory::create_file(const std::string& name) const {
  UniqueFd file(::openat(fd(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600));
  if (!file) return fail_errno(errno, "create " + path_of(name));
  return file;
}

constexpr std::string_view kTemporary = ".rotator-tmp";

std::string Directory::temporary_name(std::string_view name) { return "." + std::string(name) + std::string(kTemporary); }

std::optional<std::string> Directory::name_of_temporary(std::string_view temporary) {
  if (!temporary.starts_with('.') || !temporary.ends_with(kTemporary) || temporary.size() <= kTemporary.size() + 1)
    return std::nullopt;
  return std::string(temporary.substr(1, temporary.size() - 1 - kTemporary.size()));
}

Result<UniqueFd> Directory::create_temporary(const std::string& name) const {
  const std::string temporary = temporary_name(name);
  if (::unlinkat(fd(), temporary.c_str(), 0) != 0 && errno != ENOENT)
    return fail_errno(errno, "remove " + path_of(temporary));
  return create_file(temporary);
}

Result<void> Directory::rename(const std::string& from, const Directory& to_directory, const std::string& to) const {
  const auto what = [&] { return "rename " + path_of(from) + " to " + to_directory.path_of(to); };
  if (::renameat2(fd(), from.c_str(), to_directory.fd(), to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return fail_errno(errno, what());
  // A hard link is refused where the name is taken: as sure, in two steps. A stop between them leaves both names.
  if (::linkat(fd(), from.c_str(), to_directory.fd(), to.c_str(), 0) != 0) return fail_errno(errno, what());
  // Two folders have no order on the disk: after a power loss the file would have no name where only the old one was gone.
  if (auto synced = to_directory.sync(); !synced) {
    static_cast<void>(to_directory.unlink(to));
    return synced;
  }
  return unlink(from);
}

Result<void> Directory::replace(const std::string& from, const std::string& to) const {
  if (::renameat(fd(), from.c_str(), fd(), to.c_str()) != 0)
    return fail_errno(errno, "rename " + path_of(from) + " to " + path_of(to));
  return {};
}

Result<void> Directory::unlink(const std::string& name) const {
  if (::unlinkat(fd(), name.c_str(), 0) != 0) return fail_errno(errno, "remove " + path_of(name));
  return {};
}

Result<void> Directory::unlink(const std::string& name, const FileFacts& file) const {
  TRY(there, facts(name));
  if (!there.same_file(file)) return fail(Code::exists, "another file has come in the place of " + path_of(name));
  return unlink(name);
}

Result<bool> Directory::remove_abandoned(const std::string& name) const {
  const auto file = open_file(name, O_RDONLY);
  if (!file && file.error().code == Code::not_found) return true;
  if (!file) return fail(file.error());
  const OpenElsewhere used = is_open_elsewhere(file->get());
  struct stat status = {};
  if (::fstat(file->get(), &status) != 0) return fail_errno(errno, "stat of " + path_of(name) + " failed");
  if (used == OpenElsewhere::yes) return false;
  if (used == OpenElsewhere::unknown && ::time(nullptr) - status.st_mtim.tv_sec < 3600) return false;
  TRY_VOID(unlink(name, facts_of(status)));
  return true;
}

Result<void> Directory::sync() const {
  if (::fsync(fd()) != 0 && errno != EINVAL) return fail_errno(errno, "sync " + path_);
  return {};
}

Result<void> make_directories(const std::string& path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid) {
  if (auto there = Directory::open(path); there || there.error().code != Code::not_found) {
    if (!there) return fail(there.error());
    return {};
  }
  std::string_view trimmed = path;
  while (trimmed.size() > 1 && trimmed.ends_with('/')) trimmed.remove_suffix(1);
  const auto [above, name] = split_path(trimmed);
  TRY_VOID(make_directories(above, mode, uid, gid));
  TRY(parent, Directory::open(above));
  // One that is there is never looked at again: it gets its name when it has its owner and mode.
  const std::string temporary = Directory::temporary_name(name);
  static_cast<void>(::unlinkat(parent.fd(), temporary.c_str(), AT_REMOVEDIR));  // left by a process that was killed here
  if (::mkdirat(parent.fd(), temporary.c_str(), 0700) != 0) return fail_errno(errno, "create " + path);
  UniqueFd made(open_beneath(parent.fd(), temporary.c_str(), O_RDONLY | O_DIRECTORY, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS));
  if (!made) return fail_errno(errno, "open " + path + " after creation");
  if (::fchown(made.get(), uid, gid) != 0) return fail_errno(errno, "set the owner of " + path);
  if (::fchmod(made.get(), mode) != 0) return fail_errno(errno, "set the mode of " + path);
  if (::fsync(made.get()) != 0 && errno != EINVAL) return fail_errno(errno, "sync " + path);
  TRY_VOID(parent.replace(temporary, name));
  return parent.sync();  // what will be in it is as durable as its own name
}

}  // namespace longshore::rotator
