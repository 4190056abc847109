#include "rotator/rotation/system_outside.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

#include "common/base/unique_fd.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;
using base::UniqueFd;

constexpr std::size_t kMaxConfig = std::size_t{32} << 20;  // bytes: what is larger is no configuration

Result<std::string> read_all(int file, const std::string& path) {
  std::string text;
  char piece[1 << 16];
  while (text.size() < kMaxConfig) {
    const ssize_t size = ::read(file, piece, sizeof piece);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno, "failed to read config file " + path);
    if (size == 0) break;
    text.append(piece, static_cast<std::size_t>(size));
  }
  return text;
}

Result<std::vector<std::string>> regular_files(UniqueFd folder, const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (!stream) return fail_errno(errno, "cannot open directory " + path);
  folder.release();
  std::vector<std::string> names;
  while (const struct dirent* entry = ::readdir(stream.get())) {
    struct stat status = {};
    if (::fstatat(::dirfd(stream.get()), entry->d_name, &status, 0) == 0 && S_ISREG(status.st_mode))
      names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    const int order = ::strcoll(a.c_str(), b.c_str());
    return order != 0 ? order < 0 : a < b;
  });
  return names;
}

// What root reads as its orders must be root's alone.
std::string distrusted(const struct stat& status) {
  if (::getuid() != 0) return "";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "it is writable by group or others";
  if (status.st_uid != 0) return "the file owner is wrong (should be root or user with uid 0)";
  return "";
}

using Stream = std::unique_ptr<FILE, int (*)(FILE*)>;

// An id as a number; images without /etc/passwd have no other.
std::optional<std::uint32_t> plain_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == ~std::uint32_t{0}) return std::nullopt;
  return number;
}

// glob(3) tells its callback the error, and the callback nobody else.
thread_local int glob_error = 0;
int on_glob_error(const char*, int error) {
  if (error == ENOTDIR || error == ENOENT) return 0;
  glob_error = error;
  return 1;
}

// What is in the folders is not root's alone to say: links that lead in circles would otherwise be followed in every
// combination. For one pattern:
constexpr int kMostNames = 2'000'000;
constexpr int kMostVisits = 1000;  // of one folder, by different ways
thread_local int names_read = 0;
thread_local std::map<std::pair<dev_t, ino_t>, int> visits;
void* open_folder(const char* path) {
  if (names_read > kMostNames) return errno = ELOOP, nullptr;
  DIR* const folder = ::opendir(path);
  struct stat status = {};
  if (folder != nullptr && ::fstat(::dirfd(folder), &status) == 0 &&
      ++visits[{status.st_dev, status.st_ino}] > kMostVisits) {
    ::closedir(folder);
    return errno = ELOOP, nullptr;
  }
  return folder;
}
void close_folder(void* folder) { ::closedir(static_cast<DIR*>(folder)); }
struct dirent* read_folder(void* folder) {
  ++names_read;
  return ::readdir(static_cast<DIR*>(folder));
}

}  // namespace

Result<ConfigSource> SystemOutside::read(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return fail_errno(errno, "failed to open config file " + path);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return fail_errno(errno, "fstat of " + path + " failed");
  ConfigSource source;
  if (S_ISDIR(status.st_mode)) {
    source.kind = ConfigSource::Kind::directory;
    TRY(names, regular_files(std::move(file), path));
    source.names = std::move(names);
  } else if (S_ISREG(status.st_mode)) {
    source.kind = ConfigSource::Kind::file;
    source.distrusted = distrusted(status);
    if (::getuid() == 0 && (status.st_mode & 07533) != 0400)
      source.odd = fmt::format("Potentially dangerous mode on {}: 0{:o}", path, status.st_mode & 07777);
    TRY(text, read_all(file.get(), path));
    source.text = std::move(text);
  }
  return source;
}

GlobMatches SystemOutside::glob(const std::string& pattern) {
  GlobMatches matches;
  glob_error = 0;
  names_read = 0;
  visits.clear();
  glob_t found = {};
  found.gl_opendir = open_folder;
  found.gl_closedir = close_folder;
  found.gl_readdir = read_folder;
  found.gl_lstat = ::lstat;
  found.gl_stat = ::stat;
  const int result = ::glob(pattern.c_str(), GLOB_NOCHECK | GLOB_TILDE | GLOB_ALTDIRFUNC, on_glob_error, &found);
  if (result != 0) matches.error = result == GLOB_ABORTED ? std::strerror(glob_error) : "out of memory";
  for (std::size_t i = 0; i < found.gl_pathc; ++i) {
    struct stat status = {};
    if (::lstat(found.gl_pathv[i], &status) != 0 || !S_ISDIR(status.st_mode)) matches.paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return matches;
}

// The files alone, not what nsswitch.conf adds to them: a static binary must not load a stranger's libraries.
std::optional<std::uint32_t> SystemOutside::user(const std::string& name) {
  const Stream file(::fopen("/etc/passwd", "re"), ::fclose);
  while (const struct passwd* entry = file ? ::fgetpwent(file.get()) : nullptr)
    if (name == entry->pw_name) return entry->pw_uid;
  return plain_number(name);
}

std::optional<std::uint32_t> SystemOutside::group(const std::string& name) {
  const Stream file(::fopen("/etc/group", "re"), ::fclose);
  while (const struct group* entry = file ? ::fgetgrent(file.get()) : nullptr)
    if (name == entry->gr_name) return entry->gr_gid;
  return plain_number(name);
}

bool SystemOutside::matches(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

Result<std::string> SystemOutside::expand_home(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const char* home = ::secure_getenv("HOME");
  if (home == nullptr) return fail(Code::not_found, "HOME is not set: " + path + " is nowhere");
  return home + path.substr(1);
}

}  // namespace longshore::rotator
