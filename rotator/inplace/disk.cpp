#include "rotator/inplace/disk.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "rotator/inplace/head.hpp"

namespace longshore::rotator {
namespace {

// xfs_exchange_range of Linux 6.10 (ioctl_xfs_exchange_range(2)); Debian 12's headers are older.
struct ExchangeRange {
  std::int32_t file1_fd;
  std::uint32_t pad;
  std::uint64_t file1_offset, file2_offset, length, flags;
};
constexpr unsigned long kExchangeRange = _IOW('X', 129, ExchangeRange);
constexpr std::uint64_t kToEndOfFile = 1;

base::Result<void> answer(int result, const char* what) {
  if (result == 0) return {};
  return base::fail_errno(errno, what);
}

}  // namespace

base::Result<base::UniqueFd> Disk::create(int directory, const std::string& name) {
  base::UniqueFd fd(::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return base::fail_errno(errno, "create " + name);
  return fd;
}

base::Result<void> Disk::rename(int directory, const std::string& from, const std::string& to) {
  if (::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  // File systems without RENAME_NOREPLACE: a hard link does not replace either. (Both names may stay if we die in between:
  // then the next rotation removes the first.)
  if (errno == EINVAL && ::linkat(directory, from.c_str(), directory, to.c_str(), 0) == 0)
    return answer(::unlinkat(directory, from.c_str(), 0), "unlink");
  return base::fail_errno(errno, "rename " + from + " to " + to);
}

base::Result<void> Disk::unlink(int directory, const std::string& name) {
  if (::unlinkat(directory, name.c_str(), 0) == 0) return {};
  return base::fail_errno(errno, "unlink " + name);
}

base::Result<void> Disk::write(int fd, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::fail_errno(errno, "write");
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

base::Result<void> Disk::truncate(int fd, std::uint64_t size) {
  return answer(::ftruncate(fd, static_cast<off_t>(size)), "truncate");
}

base::Result<void> Disk::sync(int fd) { return answer(::fsync(fd), "sync"); }

void Disk::write_back(int fd, std::uint64_t from, std::uint64_t to) const {
  constexpr std::uint64_t kPiece = 4 << 20;
  constexpr unsigned kSendAndWait = SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  for (; from < to; from += kPiece)
    static_cast<void>(
        ::sync_file_range(fd, static_cast<off_t>(from), static_cast<off_t>(std::min(kPiece, to - from)), kSendAndWait));
}

base::Result<void> Disk::punch(int fd, std::uint64_t offset, std::uint64_t size) {
  return answer(
      ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size)),
      "punch a hole");
}

base::Result<void> Disk::collapse(int fd, std::uint64_t size) {
  return answer(::fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, static_cast<off_t>(size)), "collapse");
}

base::Result<void> Disk::exchange(int fd, int other) {
  ExchangeRange range{.file1_fd = other, .pad = 0, .file1_offset = 0, .file2_offset = 0, .length = 0, .flags = kToEndOfFile};
  return answer(::ioctl(fd, kExchangeRange, &range), "exchange contents");
}

base::Result<void> Disk::set_attribute(int fd, const std::string& value) {
  return answer(::fsetxattr(fd, kHeadAttribute, value.data(), value.size(), 0), "set an attribute");
}

bool is_trusted_file_system(std::int64_t magic) {
  constexpr std::int64_t kZfs = 0x2fc12fc1, kBcachefs = 0xca451a4e;  // not in the kernel's headers, or not in ours
  constexpr std::array<std::int64_t, 8> kTrusted = {
      EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC, kZfs,
      kBcachefs};
  return std::ranges::find(kTrusted, magic) != kTrusted.end();
}

namespace {

bool is_on_trusted_file_system(int fd) {
  struct statfs system{};
  return ::fstatfs(fd, &system) == 0 && is_trusted_file_system(static_cast<std::int64_t>(system.f_type) & 0xffffffff);
}

}  // namespace

base::Result<bool> Disk::can_punch(int fd) {
  if (!is_on_trusted_file_system(fd)) return false;
  // Far behind the end, where there is nothing.
  constexpr off_t kFar = off_t{1} << 40, kLittle = 4096;
  if (::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, kFar, kLittle) == 0) return true;
  if (errno == EOPNOTSUPP || errno == ENOSYS || errno == EFBIG || errno == EINVAL) return false;
  if (errno == ETXTBSY)
    return base::fail(base::Code::invalid, "the file is in use for swapping or as a program: leave it alone");
  return base::fail_errno(errno, "punch a hole (is the file append-only? chattr -a)");
}

std::uint64_t Disk::room(int directory) {
  struct statvfs system{};
  return ::fstatvfs(directory, &system) == 0 ? system.f_bavail * system.f_frsize : 0;
}

bool Disk::take_lease(int fd) {
  // Elsewhere a lease says nothing about the openers on other machines.
  if (!is_on_trusted_file_system(fd)) return false;
  // Who opens the file makes the kernel send us a signal: one that is ignored, not SIGIO, which would end us.
  return ::fcntl(fd, F_SETSIG, SIGURG) == 0 && ::fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
}

void Disk::release_lease(int fd) { ::fcntl(fd, F_SETLEASE, F_UNLCK); }

}  // namespace longshore::rotator
