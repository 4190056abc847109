#include "rotator/search/log_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <tuple>

namespace longshore::rotator {
namespace {

using base::Result;
using base::UniqueFd;

constexpr int kRead = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;

struct Found {
  std::string path;  // below the directory where the walk began
  timespec modified{};
};

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

class Walk {
 public:
  Walk(std::string name, const std::function<void(const base::Error&)>& failed) : name_(std::move(name)), failed_(failed) {}

  void directory(UniqueFd fd, const std::string& path) {
    const std::unique_ptr<DIR, CloseDirectory> entries(::fdopendir(fd.get()));
    if (entries == nullptr) return failed_(base::errno_error(errno, "read " + name_ + path));
    fd.release();
    const int at = ::dirfd(entries.get());
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(entries.get());
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat status{};
      if (::fstatat(at, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone meanwhile
      const std::string below = path + "/" + entry->d_name;
      if (S_ISREG(status.st_mode)) found.push_back({below.substr(1), status.st_mtim});
      if (!S_ISDIR(status.st_mode)) continue;
      UniqueFd child(::openat(at, entry->d_name, kRead | O_DIRECTORY | O_NOFOLLOW));
      if (child)
        directory(std::move(child), below);
      else
        failed_(base::errno_error(errno, "open " + name_ + below));
    }
    if (errno != 0) failed_(base::errno_error(errno, "read " + name_ + path));
  }

  std::vector<Found> found;

 private:
  std::string name_;
  const std::function<void(const base::Error&)>& failed_;
};

}  // namespace

std::string log_name(std::string name) {
  for (const std::string_view suffix : {".gz", ".zst", ".bz2", ".xz", ".Z"})
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  const std::size_t end = name.find_last_not_of("0123456789.-_T");
  return end == name.npos ? name : name.substr(0, end + 1);
}

std::vector<LogFile> find_log_files(const std::vector<std::string>& paths,
                                    const std::function<void(const base::Error&)>& failed) {
  std::vector<LogFile> files;
  for (const std::string& path : paths) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {  // what is not there is told when it is opened
      files.push_back({path, nullptr, path});
      continue;
    }
    const auto top = std::make_shared<UniqueFd>(::open(path.c_str(), kRead | O_DIRECTORY));
    UniqueFd copy(*top ? ::openat(top->get(), ".", kRead | O_DIRECTORY) : -1);
    if (!copy) {
      failed(base::errno_error(errno, "open " + path));
      continue;
    }
    std::string shown = path;
    while (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
    Walk walk(shown, failed);
    walk.directory(std::move(copy), "");
    std::ranges::sort(walk.found, {}, [](const Found& file) {
      return std::tuple(log_name(file.path), file.modified.tv_sec, file.modified.tv_nsec, file.path);
    });
    for (const Found& file : walk.found)
      files.push_back({shown.ends_with('/') ? shown + file.path : shown + "/" + file.path, top, file.path});
  }
  return files;
}

Result<OpenLogFile> open_log_file(const LogFile& file) {
  OpenLogFile open;
  if (file.directory == nullptr) {
    open.fd.reset(::open(file.path.c_str(), kRead));
  } else {
    open_how how{};
    how.flags = kRead | O_NOFOLLOW;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    open.fd.reset(static_cast<int>(::syscall(SYS_openat2, file.directory->get(), file.path.c_str(), &how, sizeof how)));
  }
  struct stat status{};
  if (!open.fd || ::fstat(open.fd.get(), &status) != 0) return base::fail_errno(errno, "open " + file.name);
  if (!S_ISREG(status.st_mode)) return base::fail(base::Code::invalid, file.name + " is not a regular file");
  open.size = static_cast<std::uint64_t>(status.st_size);
  open.modified = {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
  return open;
}

}  // namespace longshore::rotator
