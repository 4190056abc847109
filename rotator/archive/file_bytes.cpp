#include "rotator/archive/file_bytes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace longshore::rotator {

base::Result<std::size_t> read_at(int fd, std::uint64_t offset, std::span<char> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail_errno(errno, "read at byte " + std::to_string(offset + done));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

base::Result<void> write_at(int fd, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return base::fail_errno(errno, "write at byte " + std::to_string(offset));
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

base::Result<std::uint64_t> file_size(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return base::fail_errno(errno, "fstat");
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace longshore::rotator
