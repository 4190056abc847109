#include "shipper/sources/file_watch.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "common/telemetry/log.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint32_t kEvents =
    IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

FileWatch::FileWatch() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  complete_ = static_cast<bool>(fd_);
  if (!complete_) telemetry::log_warn("no inotify; files are looked at by polling", {{"why", std::strerror(errno)}});
}

void FileWatch::watch(const std::vector<std::string>& folders) {
  if (!fd_) return;
  const std::set<std::string> wanted(folders.begin(), folders.end());
  for (auto next = by_folder_.begin(); next != by_folder_.end();) {
    if (wanted.contains(next->first)) {
      ++next;
      continue;
    }
    ::inotify_rm_watch(fd_.get(), next->second);
    by_watch_.erase(next->second);
    next = by_folder_.erase(next);
  }
  const bool was_complete = complete_;
  complete_ = true;
  for (const std::string& folder : wanted) {
    if (by_folder_.contains(folder)) continue;
    const int watch = ::inotify_add_watch(fd_.get(), folder.c_str(), kEvents);
    if (watch < 0) {
      if (errno == ENOENT) continue;
      complete_ = false;
      if (was_complete)
        telemetry::log_warn("a folder cannot be watched; it is looked at by polling (fs.inotify.max_user_watches?)",
                            {{"folder", folder}, {"why", std::strerror(errno)}});
      continue;
    }
    by_folder_[folder] = watch;
    by_watch_[watch] = folder;
  }
}

FileWatch::Changes FileWatch::read() {
  Changes changes;
  if (!fd_) return changes;
  std::set<std::string> grown;
  alignas(inotify_event) char buffer[64 * 1024];
  for (;;) {
    const ssize_t count = ::read(fd_.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    for (ssize_t at = 0; at < count;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      const char* const name = buffer + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto folder = by_watch_.find(event.wd);
      if ((event.mask & ~static_cast<std::uint32_t>(IN_MODIFY)) != 0) changes.names = true;
      if ((event.mask & IN_IGNORED) != 0 && folder != by_watch_.end()) {
        by_folder_.erase(folder->second);
        by_watch_.erase(folder);
        continue;
      }
      if ((event.mask & IN_MODIFY) != 0 && folder != by_watch_.end() && event.len > 0)
        grown.insert(folder->second == "/" ? "/" + std::string(name) : folder->second + "/" + name);
    }
  }
  changes.grown.assign(grown.begin(), grown.end());
  return changes;
}

}  // namespace longshore::shipper
