#include "rotator/watch/folder_watch.hpp"

#include <linux/magic.h>
#include <sys/inotify.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>

namespace longshore::rotator {
namespace {

constexpr std::uint32_t kNames = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;

// Where others write past this machine's kernel.
bool is_remote(const std::string& path) {
  constexpr long kCifs = 0xFF534D42, kSmb2 = 0xFE534D42, kFuse = 0x65735546, kCeph = 0x00c36400;
  struct statfs info{};
  if (::statfs(path.c_str(), &info) != 0) return false;
  const auto type = static_cast<long>(static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFUL);
  return type == NFS_SUPER_MAGIC || type == SMB_SUPER_MAGIC || type == V9FS_MAGIC || type == kCifs || type == kSmb2 ||
         type == kFuse || type == kCeph;
}

}  // namespace

FolderWatch::FolderWatch(bool use_inotify) {
  if (use_inotify) fd_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
}

bool FolderWatch::add(const std::string& path, std::size_t place) {
  if (!fd_ || is_remote(path)) return false;
  const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), IN_MODIFY | kNames | IN_ONLYDIR);
  if (watch < 0) return false;
  by_watch_[watch] = {path, place};
  by_path_[path] = watch;
  return true;
}

void FolderWatch::watch(const std::vector<std::string>& folders) {
  const std::unordered_set<std::string> wanted(folders.begin(), folders.end());
  for (auto next = by_path_.begin(); next != by_path_.end();) {
    if (wanted.contains(next->first)) {
      ++next;
      continue;
    }
    ::inotify_rm_watch(fd_.get(), next->second);
    by_watch_.erase(next->second);
    next = by_path_.erase(next);
  }
  unwatched_.clear();
  for (std::size_t place = 0; place < folders.size(); ++place) {
    if (const auto known = by_path_.find(folders[place]); known != by_path_.end())
      by_watch_[known->second].place = place;
    else if (!add(folders[place], place))
      unwatched_.push_back(place);
  }
}

FolderWatch::Changes FolderWatch::read() {
  Changes changes;
  alignas(inotify_event) char buffer[16 * 1024];
  for (int round = 0; fd_ && round < 64; ++round) {
    const ssize_t count = ::read(fd_.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    for (ssize_t at = 0; at < count;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      const char* const name = buffer + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      if ((event.mask & ~static_cast<std::uint32_t>(IN_MODIFY)) != 0) changes.names = true;
      const auto watched = by_watch_.find(event.wd);
      if (watched == by_watch_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {  // the folder is gone, or another file system lies over it
        by_path_.erase(watched->second.path);
        by_watch_.erase(watched);
      } else if ((event.mask & IN_MODIFY) != 0 && event.len > 0) {
        changes.written.push_back({watched->second.place, name});
      }
    }
  }
  std::ranges::sort(changes.written);
  const auto same = std::ranges::unique(changes.written);
  changes.written.erase(same.begin(), same.end());
  return changes;
}

}  // namespace longshore::rotator
