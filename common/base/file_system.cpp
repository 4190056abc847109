#include "common/base/file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "common/base/unique_fd.hpp"

namespace longshore::base {
namespace {

// Repeats a call that a signal has interrupted.
template <class Call>
auto retry(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

class PosixFile final : public File {
 public:
  PosixFile(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    if (direct_) set_direct(false);
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t count = retry(
          [&] { return ::pread(fd_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done)); });
      if (count < 0) return fail_errno(errno, "read " + path_);
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  Result<void> write(std::uint64_t offset, std::span<const std::string_view> pieces) override {
    if (direct_) set_direct(false);
    constexpr std::size_t kMost = 16;  // pieces a call; far below IOV_MAX
    std::size_t next = 0, skip = 0;    // the first piece that is not written out, and how much of it is
    while (next < pieces.size()) {
      iovec parts[kMost];
      int count = 0;
      for (std::size_t i = next; i < pieces.size() && count < static_cast<int>(kMost); ++i) {
        const std::string_view piece = i == next ? pieces[i].substr(skip) : pieces[i];
        parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
      }
      const ssize_t written = retry([&] { return ::pwritev(fd_.get(), parts, count, static_cast<off_t>(offset)); });
      if (written < 0) return fail_errno(errno, "write " + path_);
      if (written == 0 && skip < pieces[next].size()) return fail_errno(EIO, "write " + path_);
      offset += static_cast<std::uint64_t>(written);
      for (skip += static_cast<std::size_t>(written); next < pieces.size() && skip >= pieces[next].size(); ++next)
        skip -= pieces[next].size();
    }
    return {};
  }

  Result<void> write_direct(std::uint64_t offset, std::string_view bytes) override {
    // Refused by some file systems when it is asked for, by others when it is used: then the page cache has to do.
    while (!bytes.empty() && set_direct(true)) {
      const ssize_t written =
          retry([&] { return ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
      if (written < 0 && errno != EINVAL) return fail_errno(errno, "write " + path_);
      if (written <= 0) break;
      offset += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (bytes.empty()) return {};
    return write(offset, std::span(&bytes, 1));
  }

  Result<void> truncate(std::uint64_t size) override {
    if (retry([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); }) != 0)
      return fail_errno(errno, "truncate " + path_);
    return {};
  }
  Result<void> sync() override {
    if (retry([&] { return ::fdatasync(fd_.get()); }) != 0) return fail_errno(errno, "sync " + path_);
    return {};
  }
  Result<std::uint64_t> size() override {
    struct stat info{};
    if (::fstat(fd_.get(), &info) != 0) return fail_errno(errno, "stat " + path_);
    return static_cast<std::uint64_t>(info.st_size);
  }

 private:
  bool set_direct(bool on) {
    if (direct_ == on) return true;
    const int flags = ::fcntl(fd_.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd_.get(), F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) != 0) return false;
    direct_ = on;
    return true;
  }

  UniqueFd fd_;
  std::string path_;
  bool direct_ = false;
};

Result<UniqueFd> open_fd(const std::string& path, int flags) {
  UniqueFd fd(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0640); }));
  if (!fd) return fail_errno(errno, "open " + path);
  return fd;
}

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::read:
      return O_RDONLY;
    case OpenMode::update:
      return O_RDWR;
    case OpenMode::create:
      return O_RDWR | O_CREAT;
    case OpenMode::create_new:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

}  // namespace

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
  TRY(fd, open_fd(path, flags_of(mode)));
  return std::make_unique<PosixFile>(std::move(fd), path);
}

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), &::closedir);
  if (!stream) return fail_errno(errno, "list " + directory);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail_errno(errno, "list " + directory);
  return names;
}

Result<FileInfo> PosixFileSystem::stat(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return fail_errno(errno, "stat " + path);
  return FileInfo{.size = static_cast<std::uint64_t>(info.st_size),
                  .is_directory = S_ISDIR(info.st_mode),
                  .modified = {info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec}};
}

Result<DiskSpace> PosixFileSystem::space(const std::string& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) return fail_errno(errno, "statvfs " + path);
  return DiskSpace{.total = info.f_blocks * info.f_frsize, .available = info.f_bavail * info.f_frsize};
}

Result<void> PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail_errno(errno, "rename " + from + " to " + to);
  return {};
}

Result<void> PosixFileSystem::unlink(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return fail_errno(errno, "unlink " + path);
  return {};
}

Result<void> PosixFileSystem::make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0750) == 0) {
      const std::size_t slash = part.find_last_of('/');
      TRY_VOID(sync_directory(slash == 0 ? "/" : slash == part.npos ? "." : part.substr(0, slash)));
    } else {
      const int error = errno;  // a parent that exists may also answer EROFS or EACCES
      struct stat info{};
      if (::stat(part.c_str(), &info) != 0) return fail_errno(error, "mkdir " + part);
      if (!S_ISDIR(info.st_mode)) return fail(Code::invalid, "mkdir " + path + ": " + part + " is not a folder");
    }
    if (end == std::string::npos) return {};
  }
}

Result<void> PosixFileSystem::sync_directory(const std::string& path) {
  TRY(fd, open_fd(path, O_RDONLY | O_DIRECTORY));
  if (retry([&] { return ::fsync(fd.get()); }) != 0) return fail_errno(errno, "sync " + path);
  return {};
}

Result<std::unique_ptr<File>> PosixFileSystem::lock(const std::string& path) {
  TRY(fd, open_fd(path, O_RDWR | O_CREAT));
  if (retry([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno == EWOULDBLOCK)
      return fail(Code::exists, "lock " + path + ": another process holds it; stop it, or use another folder");
    return fail_errno(errno, "lock " + path);
  }
  return std::make_unique<PosixFile>(std::move(fd), path);
}

}  // namespace longshore::base
