#include "shipper/tail/tailed_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

#include "common/base/spare_descriptors.hpp"

namespace longshore::shipper {

std::string TailedFile::checkpoint_key(const std::string& source) const {
  return fmt::format("file {} {:x}:{:x}", source, id_.device, id_.inode);
}

base::Result<void> TailedFile::open() {
  base::UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return base::fail_errno(errno, "open " + path_);
  if (base::is_spare_descriptor(fd.get(), base::kSpareOfFiles)) return base::fail_errno(EMFILE, "open " + path_);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return base::fail_errno(errno, "look at " + path_);
  if (FileId{info.st_dev, info.st_ino} != id_) return base::fail(base::Code::invalid, path_ + " is another file now");
  fd_ = std::move(fd);
  size_ = static_cast<std::uint64_t>(info.st_size);
  ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  locked_from_ = std::numeric_limits<std::uint64_t>::max();
  lock_unread();
  return {};
}

void TailedFile::advance(std::uint64_t bytes, bool skipping) {
  position_.offset += bytes;
  position_.skipping = skipping;
  lock_unread();
}

// A program that takes bytes out of the log sees by a lock what has not been read (docs/formats/rotation-journal.md). Where
// there are no locks, nothing is lost by it: it waits a second.
void TailedFile::lock_unread() {
  if (!fd_ || position_.offset == locked_from_) return;
  const bool forward = position_.offset > locked_from_;
  const std::uint64_t from = forward ? std::exchange(locked_from_, position_.offset) : (locked_from_ = position_.offset);
  struct flock lock{};
  lock.l_type = forward ? F_UNLCK : F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(from);
  lock.l_len = forward ? static_cast<off_t>(position_.offset - from) : 0;  // 0: whatever its end will be
  ::fcntl(fd_.get(), F_OFD_SETLK, &lock);
}

base::Result<std::size_t> TailedFile::head(char* to) const {
  const ssize_t count = ::pread(fd_.get(), to, fingerprint_size_, 0);
  if (count < 0) return base::fail_errno(errno, "read " + path_);
  return static_cast<std::size_t>(count);
}

void TailedFile::take_fingerprint() {
  std::vector<char> bytes(fingerprint_size_);
  if (const auto count = head(bytes.data())) position_.fingerprint = Fingerprint::of({bytes.data(), *count});
}

TailedFile::Change TailedFile::look(std::uint64_t& unread) {
  unread = 0;
  struct stat info{};
  if (!fd_ || ::fstat(fd_.get(), &info) != 0) return Change::none;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  const std::int64_t modified = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
  if (size == size_ && modified == modified_ns_ && position_.fingerprint.size > 0)
    return info.st_nlink == 0 ? Change::gone : Change::none;
  modified_ns_ = modified;
  const std::uint64_t before = size_;
  size_ = size;
  const auto begin_anew = [&](Change change) {
    unread = before > position_.offset ? before - position_.offset : 0;
    position_.offset = 0;
    position_.skipping = false;
    take_fingerprint();
    lock_unread();
    return change;
  };
  if (size < position_.offset) return begin_anew(Change::truncated);
  std::vector<char> bytes(fingerprint_size_);
  const auto count = head(bytes.data());
  if (!count) return Change::none;
  const std::string_view beginning(bytes.data(), *count);
  // A beginning of NULs is a hole that a rotator punched where lines have been read; the rest of the file is still the same.
  const bool punched = !beginning.empty() && beginning[0] == '\0';
  if (!punched && !position_.fingerprint.matches(beginning)) return begin_anew(Change::replaced);
  if (!punched && position_.fingerprint.size < fingerprint_size_) position_.fingerprint = Fingerprint::of(beginning);
  return info.st_nlink == 0 ? Change::gone : Change::none;
}

base::Result<std::size_t> TailedFile::read(char* to, std::size_t room) {
  ssize_t count = ::pread(fd_.get(), to, room, static_cast<off_t>(position_.offset));
  if (count < 0) return base::fail_errno(errno, "read " + path_);
  if (count > 0 && to[0] == '\0') {
    // Perhaps a hole of gigabytes: straight to where data begins again.
    const off_t data = ::lseek(fd_.get(), static_cast<off_t>(position_.offset), SEEK_DATA);
    if (data > static_cast<off_t>(position_.offset)) {
      position_.offset = static_cast<std::uint64_t>(data);
      count = ::pread(fd_.get(), to, room, data);
      if (count < 0) return base::fail_errno(errno, "read " + path_);
    }
  }
  const std::uint64_t end = position_.offset + static_cast<std::uint64_t>(count);
  if (end > size_) size_ = end;
  return static_cast<std::size_t>(count);
}

}  // namespace longshore::shipper
