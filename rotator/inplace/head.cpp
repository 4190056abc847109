#include "rotator/inplace/head.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "common/base/crc32c.hpp"

namespace longshore::rotator {
namespace {

// The last sectors of a head of `size` bytes; less where the file is shorter.
base::Result<std::string> proof_of(int fd, std::uint64_t size) {
  const std::uint64_t sectors = (size + kSector - 1) / kSector;
  const std::uint64_t begin = (sectors - std::min<std::uint64_t>(sectors, kProofSectors)) * kSector;
  return read_at(fd, begin, size - begin);
}

bool is_removed(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

}  // namespace

base::Result<FileIdentity> identity_of(int fd) {
  struct statx status{};
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status) != 0)
    return base::fail_errno(errno, "look at the log");
  const bool has_birth = (status.stx_mask & STATX_BTIME) != 0;
  return FileIdentity{status.stx_ino, has_birth ? status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec : 0};
}

base::Result<std::uint64_t> size_of(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return base::fail_errno(errno, "look at the log");
  return static_cast<std::uint64_t>(status.st_size);
}

base::Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t size) {
  std::string bytes;
  bytes.resize(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t count = ::pread(fd, bytes.data() + have, size - have, static_cast<off_t>(offset + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::fail_errno(errno, "read");
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  bytes.resize(have);
  return bytes;
}

base::Result<Head> head_of(int fd, std::uint64_t size) {
  Head head{.size = size};
  TRY(proof, proof_of(fd, size));
  for (std::size_t at = 0; at < proof.size(); at += kSector)
    head.crcs[at / kSector] = base::crc32c(std::string_view(proof).substr(at, kSector));
  return head;
}

base::Result<bool> begins_removed(int fd, std::uint64_t size) {
  TRY(file_size, size_of(fd));
  if (file_size < size) return false;
  TRY(proof, proof_of(fd, size));
  return is_removed(proof);
}

base::Result<bool> begins_with(int fd, const Head& head) {
  TRY(file_size, size_of(fd));
  if (file_size < head.size) return false;
  TRY(proof, proof_of(fd, head.size));
  for (std::size_t at = 0; at < proof.size(); at += kSector) {
    const std::string_view sector = std::string_view(proof).substr(at, kSector);
    if (!is_removed(sector) && base::crc32c(sector) != head.crcs[at / kSector]) return false;
  }
  return true;
}

base::Result<std::uint64_t> removed_by_attribute(int fd) {
  char text[24];
  const ssize_t length = ::fgetxattr(fd, kHeadAttribute, text, sizeof text);
  std::uint64_t size = 0;
  if (length <= 0 || std::from_chars(text, text + length, size).ptr != text + length) return 0;
  TRY(still_so, begins_removed(fd, size));
  return still_so ? size : 0;
}

base::Result<std::uint64_t> next_data(int fd, std::uint64_t offset) {
  TRY(size, size_of(fd));
  if (offset >= size) return size;
  const off_t data = ::lseek(fd, static_cast<off_t>(offset), SEEK_DATA);
  if (data >= 0) return static_cast<std::uint64_t>(data);
  return errno == ENXIO ? size : offset;  // a file system that knows no holes
}

}  // namespace longshore::rotator
