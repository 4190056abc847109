#include "rotator/daemon/folders.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "rotator/daemon/patterns.hpp"

namespace longshore::rotator {
namespace {

constexpr int kDeepest = 32;

class Search {
 public:
  explicit Search(std::size_t most) : most_(most) {}

  FoundFolders run(const std::string& pattern) {
    std::vector<std::string> level = {pattern.starts_with('/') ? "/" : "."};
    for (const std::string& component : components_of(pattern)) {
      std::vector<std::string> next;
      once_.clear();
      for (const std::string& folder : level) {
        if (component == "**")
          add_below(folder, 0, next);
        else if (has_wildcard(component))
          add_matching(folder, component, next);
        else
          add(join(folder, component), true, next);
      }
      level = std::move(next);
    }
    std::ranges::sort(level);
    found_.folders = std::move(level);
    if (count_ > most_)
      found_.problem = fmt::format("{}: more than {} folders; not all are looked after: narrow the pattern", pattern, most_);
    return std::move(found_);
  }

 private:
  static std::string join(const std::string& folder, const std::string& name) {
    return folder + (folder.ends_with('/') ? "" : "/") + name;
  }

  // If it is a folder, and was not there yet under this or another name.
  bool add(const std::string& path, bool follow, std::vector<std::string>& into) {
    struct stat info{};
    if (::fstatat(AT_FDCWD, path.c_str(), &info, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
      return false;
    if (count_ > most_ || !once_.emplace(info.st_dev, info.st_ino).second) return false;
    ++count_;
    into.push_back(path);
    return true;
  }

  void add_below(const std::string& folder, int depth, std::vector<std::string>& into) {
    if (!add(folder, depth == 0, into) || depth == kDeepest) return;
    for (const std::string& name : names_in(folder))
      if (!name.starts_with('.')) add_below(join(folder, name), depth + 1, into);
  }
  void add_matching(const std::string& folder, const std::string& component, std::vector<std::string>& into) {
    for (const std::string& name : names_in(folder))
      if (::fnmatch(component.c_str(), name.c_str(), FNM_PERIOD) == 0) add(join(folder, name), true, into);
  }

  // Of what may be a folder.
  std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), ::closedir);
    if (!stream) return names;
    found_.parents.push_back(folder);
    while (const struct dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = entry->d_name;
      const bool may_be = entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
      if (may_be && name != "." && name != "..") names.emplace_back(name);
    }
    return names;
  }

  std::size_t most_, count_ = 0;
  std::set<std::pair<dev_t, ino_t>> once_;  // for this component
  FoundFolders found_;
};

}  // namespace

FoundFolders find_folders(const std::string& pattern, std::size_t most) { return Search(most).run(pattern); }

}  // namespace longshore::rotator
