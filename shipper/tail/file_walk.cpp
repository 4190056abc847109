#include "shipper/tail/file_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>

#include "shipper/tail/glob.hpp"

namespace longshore::shipper {
namespace {

constexpr unsigned kDeepest = 32;

std::string joined(const std::string& folder, std::string_view name) {
  return folder == "/" ? "/" + std::string(name) : folder + "/" + std::string(name);
}

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

// visit(name, type, stat-able descriptor of the folder); "." and ".." left out. False: not for lack of the folder, but of
// means.
template <class Visit>
bool each_entry(const std::string& folder, Visit visit) {
  const std::unique_ptr<DIR, CloseDir> dir(::opendir(folder.c_str()));
  if (!dir) return errno != EMFILE && errno != ENFILE && errno != ENOMEM;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") visit(name, entry->d_type, ::dirfd(dir.get()));
  }
  return true;
}

bool stat_file(int folder, std::string_view name, const std::string& path, FoundFile& out) {
  struct stat info{};
  if (::fstatat(folder, std::string(name).c_str(), &info, 0) != 0 || !S_ISREG(info.st_mode)) return false;
  out = {path,
         {info.st_dev, info.st_ino},
         static_cast<std::uint64_t>(info.st_size),
         info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
  return true;
}

}  // namespace

bool is_compressed_name(std::string_view path) {
  for (const std::string_view ending : {".gz", ".zst", ".bz2", ".xz", ".lz4", ".zip"})
    if (path.ends_with(ending)) return true;
  return false;
}

FileWalk::FileWalk(const std::vector<std::string>& patterns, const std::vector<std::string>& exclude) {
  for (const std::string& pattern : patterns)
    for (std::string& expanded : expand_braces(pattern)) patterns_.push_back(std::move(expanded));
  for (const std::string& pattern : exclude)
    for (std::string& expanded : expand_braces(pattern)) exclude_.push_back(std::move(expanded));
}

bool FileWalk::matches(std::string_view path) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto excludes = [&](const std::string& pattern) {
    return glob_matches(pattern, pattern.find('/') == std::string::npos ? name : path);
  };
  return !is_compressed_name(path) && std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
    return glob_matches(pattern, path);
  }) && std::none_of(exclude_.begin(), exclude_.end(), excludes);
}

bool FileWalk::find(std::vector<FoundFile>& found, std::vector<std::string>& folders) const {
  bool complete = true;
  std::set<std::string> roots;
  for (const std::string& pattern : patterns_) roots.insert(glob_root(pattern));
  for (const std::string& root : roots) {
    // A root below another one is walked with it, unless no pattern leads there from above.
    if (std::find(folders.begin(), folders.end(), root) == folders.end())
      complete = walk(root, 0, found, folders) && complete;
  }
  std::set<FileId> seen;
  std::erase_if(found, [&](const FoundFile& file) { return !seen.insert(file.id).second; });
  return complete;
}

bool FileWalk::walk(const std::string& folder, unsigned depth, std::vector<FoundFile>& found,
                    std::vector<std::string>& folders) const {
  if (depth > kDeepest) return true;
  folders.push_back(folder);
  std::vector<std::string> below;
  bool complete = each_entry(folder, [&](std::string_view name, unsigned char type, int dir) {
    const std::string path = joined(folder, name);
    if (type == DT_DIR || type == DT_UNKNOWN) {
      struct stat info{};
      const bool is_folder =
          type == DT_DIR || (::fstatat(dir, path.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode));
      if (is_folder) {
        if (std::any_of(patterns_.begin(), patterns_.end(),
                        [&](const std::string& p) { return glob_may_match_below(p, path); }))
          below.push_back(path);
        return;
      }
    }
    FoundFile file;
    if ((type == DT_REG || type == DT_LNK || type == DT_UNKNOWN) && matches(path) && stat_file(dir, name, path, file))
      found.push_back(std::move(file));
  });
  for (const std::string& path : below)
    if (std::find(folders.begin(), folders.end(), path) == folders.end())
      complete = walk(path, depth + 1, found, folders) && complete;
  return complete;
}

std::vector<FoundFile> files_in(const std::string& folder, const std::function<bool(std::string_view)>& wanted) {
  std::vector<FoundFile> found;
  each_entry(folder, [&](std::string_view name, unsigned char, int dir) {
    FoundFile file;
    if (wanted(name) && stat_file(dir, name, joined(folder, name), file)) found.push_back(std::move(file));
  });
  return found;
}

}  // namespace longshore::shipper
