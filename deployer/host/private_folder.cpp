#include "deployer/host/private_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace longshore::deployer {
namespace {

using base::UniqueFd;

constexpr std::string_view kPrefix = "longshore-ssh-";
constexpr std::size_t kLongest = 60;  // ssh adds a name and 17 more characters; a socket's path has 107

// TMPDIR where it can be used: ssh's configuration takes '%', ':' and blanks in a path for something else.
std::string parent() {
  const char* const wish = std::getenv("TMPDIR");
  const std::string_view path = wish != nullptr ? wish : "";
  const bool plain = std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' ||
           c == '_';
  });
  return path.starts_with('/') && plain && path.size() + kPrefix.size() + 7 <= kLongest ? std::string(path) : "/tmp";
}

// Opened, ours, and locked: nobody uses it. An empty descriptor otherwise.
UniqueFd take(const std::string& path) {
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts{}, named{};
  const bool ours = folder && ::fstat(folder.get(), &facts) == 0 && facts.st_uid == ::geteuid() &&
                    ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0 && ::stat(path.c_str(), &named) == 0 &&
                    named.st_ino == facts.st_ino;
  return ours ? std::move(folder) : UniqueFd();
}

void remove_all(const std::string& path, int folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(::dup(folder)), ::closedir);
  while (const dirent* entry = open ? ::readdir(open.get()) : nullptr) ::unlinkat(folder, entry->d_name, 0);
  ::rmdir(path.c_str());
}

void sweep(const std::string& where) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(where.c_str()), ::closedir);
  while (const dirent* entry = open ? ::readdir(open.get()) : nullptr) {
    if (!std::string_view(entry->d_name).starts_with(kPrefix)) continue;
    const std::string path = where + "/" + entry->d_name;
    if (const UniqueFd folder = take(path)) remove_all(path, folder.get());
  }
}

}  // namespace

base::Result<PrivateFolder> PrivateFolder::create() {
  const std::string where = parent();
  sweep(where);
  for (int attempt = 0; attempt < 10; ++attempt) {
    PrivateFolder folder;
    folder.path_ = where + "/" + std::string(kPrefix) + "XXXXXX";
    if (::mkdtemp(folder.path_.data()) == nullptr) {
      base::Error error = base::errno_error(errno, "make a folder in " + where);
      folder.path_.clear();
      return base::fail(std::move(error));
    }
    folder.lock_ = take(folder.path_);
    if (folder.lock_) return folder;  // else another's sweep was quicker
  }
  return base::fail(base::Code::io, "no folder in " + where + " can be kept");
}

PrivateFolder::~PrivateFolder() {
  if (lock_) remove_all(path_, lock_.get());
}

}  // namespace longshore::deployer
