#include "rotator/daemon/survey.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "rotator/daemon/folders.hpp"
#include "rotator/daemon/leftovers.hpp"
#include "rotator/daemon/patterns.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/retention/archive_name.hpp"

namespace longshore::rotator {
namespace {

base::Timestamp time_of(const struct statx_timestamp& time) { return {time.tv_sec * 1'000'000'000 + time.tv_nsec}; }

struct Stat {
  std::uint64_t size, allocated, device;
  bool regular;
  base::Timestamp modified;
  std::optional<base::Timestamp> born;
};
std::optional<Stat> stat_of(int folder, const std::string& name) {
  struct statx info{};
  if (::statx(folder, name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &info) != 0) return std::nullopt;
  Stat stat{info.stx_size,
            info.stx_blocks * 512,
            std::uint64_t{info.stx_dev_major} << 32 | info.stx_dev_minor,
            (info.stx_mode & S_IFMT) == S_IFREG,
            time_of(info.stx_mtime),
            {}};
  if ((info.stx_mask & STATX_BTIME) != 0) stat.born = time_of(info.stx_btime);
  return stat;
}

// Docker's own files: of the json-file driver (wherever they are mounted) and of the local driver.
bool is_docker_file(const std::string& folder, const std::string& name) {
  auto is_id = [](std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
  };
  const std::string_view last = std::string_view(folder).substr(folder.rfind('/') + 1);
  if (folder.starts_with("/var/lib/docker/containers")) return true;
  return (is_id(last) && name.starts_with(last)) || (last == "local-logs" && name.starts_with("container.log"));
}

class Survey {
 public:
  explicit Survey(const Rules& rules) : rules_(rules) {}

  Seen run() {
    for (std::size_t rule = 0; rule < rules_.blocks.size(); ++rule)
      for (const std::string& pattern : rules_.blocks[rule].block.globs)
        for (const std::string& simple : expand_braces(pattern)) add_folders(rule, split_pattern(simple));
    for (const auto& [path, wanted] : wanted_) {
      watch_.insert(path);
      look_into(path, wanted);
    }
    read_archives();
    seen_.watch.assign(watch_.begin(), watch_.end());
    return std::move(seen_);
  }

 private:
  struct Wanted {
    std::size_t rule;
    std::string name;
  };

  void add_folders(std::size_t rule, const FolderAndName& pattern) {
    if (!has_wildcard(pattern.folder)) {
      wanted_[pattern.folder].push_back({rule, pattern.name});
      return;
    }
    FoundFolders found = find_folders(pattern.folder);
    for (const std::string& folder : found.folders) wanted_[folder].push_back({rule, pattern.name});
    for (std::string& parent : found.parents) watch_.insert(std::move(parent));
    if (!found.problem.empty()) seen_.problems.push_back(std::move(found.problem));
  }

  // The rule that has a file; nothing if none does.
  std::optional<std::size_t> rule_of(const std::string& folder, const std::vector<Wanted>& wanted,
                                     const std::string& name) const {
    for (const Wanted& one : wanted) {
      if (::fnmatch(one.name.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
      const std::string path = folder + "/" + name;
      const bool excluded = std::ranges::any_of(rules_.blocks[one.rule].exclude,
                                                [&](const std::string& pattern) { return matches_path(pattern, path); });
      if (!excluded) return one.rule;
    }
    return std::nullopt;
  }

  void look_into(const std::string& path, const std::vector<Wanted>& wanted) {
    const auto folder = Directory::open(path);
    if (!folder) {
      if (folder.error().code != base::Code::not_found) seen_.problems.push_back(folder.error().message);
      return;
    }
    const auto names = folder->list();
    if (!names) return seen_.problems.push_back(names.error().message);
    std::set<std::string> gone;  // logs of which only archives are left
    for (const std::string& name : *names) {
      if (const auto log = log_left_behind(path, wanted, name)) {
        if (!std::ranges::binary_search(*names, *log)) gone.insert(*log);
        continue;
      }
      if (is_compressed_name(name)) continue;
      const auto rule = rule_of(path, wanted, name);
      if (!rule || is_archive_of_another(*names, name, rules_.blocks[*rule].block.policy.extension)) continue;
      add_log(*folder, *names, *rule, name);
    }
    for (const std::string& name : gone)
      if (const auto rule = rule_of(path, wanted, name)) add_log(*folder, *names, *rule, name);
  }

  // The log of an archive that has our form, or of what an interrupted rotation has left.
  std::optional<std::string> log_left_behind(const std::string& path, const std::vector<Wanted>& wanted,
                                             const std::string& name) const {
    if (auto log = log_of_leftover(name)) return rule_of(path, wanted, *log) ? log : std::nullopt;
    for (const Wanted& one : wanted) {
      auto log = log_of_archive_name(name, rules_.blocks[one.rule].block.policy.extension);
      if (log && rule_of(path, wanted, *log)) return log;
    }
    return std::nullopt;
  }

  // "app.log.1" where there is an "app.log": every beginning of the name that is a file's name may be its log.
  static bool is_archive_of_another(const std::vector<std::string>& names, const std::string& name,
                                    const std::string& extension) {
    for (std::size_t at = name.find_first_of(".-", 1); at != name.npos; at = name.find_first_of(".-", at + 1)) {
      const std::string stem = name.substr(0, at);
      for (const std::string& log : {stem, stem + extension})
        if (log != name && std::ranges::binary_search(names, log) &&
            parse_archive_name(name, log, log == stem ? "" : extension))
          return true;
    }
    return false;
  }

  void add_log(const Directory& folder, const std::vector<std::string>& names, std::size_t rule, const std::string& name) {
    if (!rules_.docker_files && is_docker_file(folder.path(), name)) {
      if (refused_.insert(folder.path()).second)
        seen_.problems.push_back(folder.path_of(name) +
                                 ": refused, for Docker reads and rotates its files itself, and to change one "
                                 "breaks `docker logs`; use the log driver's max-size, or docker_files: true");
      return;
    }
    if (!seen_paths_.insert(folder.path_of(name)).second) return;
    SeenLog log;
    const auto stat = stat_of(folder.fd(), name);
    if (stat && !stat->regular) return;
    log.exists = stat.has_value();
    if (stat) {
      log.bytes = std::min(stat->size, stat->allocated);
      log.allocated = stat->allocated;
      log.modified = stat->modified;
      log.born = stat->born;
    }
    log.interrupted = is_being_renamed(names, name);
    log.rule = rule;
    log.name = name;
    log.folder = folder_index(folder.path());
    const std::string& old = rules_.blocks[rule].block.policy.old_directory;
    log.archive_folder = old.empty() ? log.folder : folder_index(old.starts_with('/') ? old : folder.path() + "/" + old);
    log.volume = volume_of(folder.path());
    log.disk = disk_of(folder.path(), rule);
    seen_.logs.push_back(std::move(log));
  }

  std::size_t folder_index(const std::string& path) {
    const auto [place, fresh] = folders_.emplace(path, seen_.folders.size());
    if (fresh) seen_.folders.push_back(path);
    return place->second;
  }

  // The place behind those of the configuration is for what lies in none of them.
  std::size_t volume_of(const std::string& path) const {
    std::size_t best = rules_.volumes.size(), length = 0;
    for (std::size_t i = 0; i < rules_.volumes.size(); ++i) {
      const std::string& volume = rules_.volumes[i].path;
      const bool inside =
          path.starts_with(volume) && (volume.ends_with('/') || path.size() == volume.size() || path[volume.size()] == '/');
      if (inside && volume.size() >= length) best = i, length = volume.size();
    }
    return best;
  }

  std::size_t disk_of(const std::string& path, std::size_t rule) {
    const auto [known, fresh] = disk_by_path_.emplace(path, 0);
    if (fresh) {
      const auto stat = stat_of(AT_FDCWD, path);
      const std::uint64_t device = stat ? stat->device : 0;
      const auto same = std::ranges::find(seen_.disks, device, &SeenDisk::device);
      known->second = static_cast<std::size_t>(same - seen_.disks.begin());
      if (same == seen_.disks.end())
        seen_.disks.push_back({device, path, {.keep_free = 0, .available = free_bytes(path).value_or(UINT64_MAX)}});
      if (const std::size_t volume = volume_of(path); volume < rules_.volumes.size())
        want_free(seen_.disks[known->second], rules_.volumes[volume].keep_free.value,
                  rules_.volumes[volume].keep_free_percent);
    }
    const Policy& policy = rules_.blocks[rule].block.policy;
    if (policy.keep_free_bytes || policy.keep_free_percent)
      want_free(seen_.disks[known->second], policy.keep_free_bytes.value_or(0), policy.keep_free_percent.value_or(0));
    return known->second;
  }
  static void want_free(SeenDisk& disk, std::uint64_t bytes, double percent) {
    struct statvfs info{};
    const double total = percent > 0 && ::statvfs(disk.path.c_str(), &info) == 0
                             ? static_cast<double>(info.f_blocks) * static_cast<double>(info.f_frsize)
                             : 0;
    disk.state.keep_free = std::max({disk.state.keep_free, bytes, static_cast<std::uint64_t>(total * percent / 100)});
  }

  void read_archives() {
    std::map<std::size_t, std::vector<std::size_t>> by_folder;
    for (std::size_t i = 0; i < seen_.logs.size(); ++i) by_folder[seen_.logs[i].archive_folder].push_back(i);
    for (const auto& [index, logs] : by_folder) {
      const auto folder = Directory::open(seen_.folders[index]);
      if (!folder) {
        if (folder.error().code != base::Code::not_found) seen_.problems.push_back(folder.error().message);
        continue;
      }
      const auto names = folder->list();
      if (!names) continue;
      for (const std::size_t i : logs) {
        SeenLog& log = seen_.logs[i];
        log.interrupted |= has_leftovers(*names, log.name, rules_.blocks[log.rule].block.policy.extension);
        read_archives(*folder, *names, log);
      }
    }
  }

  void read_archives(const Directory& folder, const std::vector<std::string>& names, SeenLog& log) const {
    const std::string& extension = rules_.blocks[log.rule].block.policy.extension;
    const bool keeps = !extension.empty() && log.name.size() > extension.size() && log.name.ends_with(extension);
    const std::string stem = keeps ? log.name.substr(0, log.name.size() - extension.size()) : log.name;
    for (auto next = std::ranges::lower_bound(names, stem); next != names.end() && next->starts_with(stem); ++next) {
      const auto name = parse_archive_name(*next, log.name, extension);
      if (!name) continue;
      const auto stat = stat_of(folder.fd(), *next);
      if (!stat || !stat->regular) continue;
      // It has been compressed, and is about to go, or was when the power failed: one archive, not two of those that may
      // stay.
      const std::string_view plain = std::string_view(*next).substr(0, next->size() - name->extension.size());
      const auto source = std::ranges::lower_bound(log.archives, plain, {}, &SeenArchive::name);
      if (source != log.archives.end() && source->name == plain) {
        source->bytes += stat->allocated;
        continue;
      }
      // A date alone is less than what the file tells; a number tells only the order.
      const base::Timestamp made = !name->made   ? stat->modified
                                   : name->exact ? *name->made
                                                 : std::max(*name->made, stat->modified);
      log.archives.push_back({*next, stat->allocated, made, name->made ? name->sequence : UINT64_MAX - name->number,
                              name->made.has_value(), !name->extension.empty()});
    }
    std::ranges::sort(log.archives, {}, [](const SeenArchive& a) { return std::pair(a.made, a.sequence); });
  }

  const Rules& rules_;
  Seen seen_;
  std::map<std::string, std::vector<Wanted>> wanted_;
  std::set<std::string> seen_paths_, refused_, watch_;
  std::unordered_map<std::string, std::size_t> folders_, disk_by_path_;
};

}  // namespace

Seen survey(const Rules& rules) { return Survey(rules).run(); }

bool look_again(const std::string& folder, SeenLog& log) {
  const auto stat = stat_of(AT_FDCWD, folder + "/" + log.name);
  log.exists = stat && stat->regular;
  if (!log.exists) return false;
  log.bytes = std::min(stat->size, stat->allocated);
  log.allocated = stat->allocated;
  log.modified = stat->modified;
  return true;
}

std::optional<std::uint64_t> free_bytes(const std::string& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) return std::nullopt;
  return std::uint64_t{info.f_bavail} * info.f_frsize;
}

}  // namespace longshore::rotator
