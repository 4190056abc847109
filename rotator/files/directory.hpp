// A directory by its descriptor, and the operations on names in it. A name is one component: it never leads elsewhere,
// whatever others do to the path meanwhile. Nothing here follows a symbolic link, opens what is no regular file (a fifo
// would hang), or puts a file in the place of another. Every call blocks; errors name the operation and the path as
// configured.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/files/file_facts.hpp"

namespace longshore::rotator {

class Directory {
 public:
  // `path` as configured, absolute or relative. Symbolic links on the way are followed where only root, or who we work as,
  // could have put them there: below a directory of somebody else one is Code::permission.
  static base::Result<Directory> open(const std::string& path);

  const std::string& path() const { return path_; }  // for messages and scripts alone
  int fd() const { return fd_.get(); }
  std::string path_of(std::string_view name) const;

  base::Result<FileFacts> facts() const;                         // of the directory itself
  base::Result<FileFacts> facts(const std::string& name) const;  // of a symbolic link itself
  // Where a symbolic link leads, if only root or who we work as could have put it there; nothing for any other file.
  std::optional<std::string> link_target(const std::string& name) const;
  base::Result<std::vector<std::string>> list() const;  // without "." and "..", sorted by bytes

  // A regular file that exists; Code::invalid if it is anything else. `flags`: O_RDONLY, O_RDWR, O_APPEND ….
  base::Result<base::UniqueFd> open_file(const std::string& name, int flags) const;
  // A file that did not exist (Code::exists), with mode 0600 whatever the umask; read and write.
  base::Result<base::UniqueFd> create_file(const std::string& name) const;
  // The same under the temporary name for `name`; one that an earlier run has left is removed first.
  base::Result<base::UniqueFd> create_temporary(const std::string& name) const;
  // ".NAME.rotator-tmp": hidden, so that no pattern for logs matches it.
  static std::string temporary_name(std::string_view name);
  static std::optional<std::string> name_of_temporary(std::string_view temporary);  // nothing: it is none

  // Code::exists if `to` is there. Where the file system knows no RENAME_NOREPLACE, a hard link takes its place.
  base::Result<void> rename(const std::string& from, const Directory& to_directory, const std::string& to) const;
  // Puts `from` in the place of `to`, in one step: for files that are ours alone, as the state file is.
  base::Result<void> replace(const std::string& from, const std::string& to) const;
  base::Result<void> unlink(const std::string& name) const;
  // Only if the name still is that of `file`; Code::exists if another has come in its place.
  base::Result<void> unlink(const std::string& name, const FileFacts& file) const;
  // A file that its maker has left when it was killed; nothing if the name is gone. False: somebody has it open, so it
  // stays; where that cannot be known (a file system without leases), it was written to within the last hour.
  base::Result<bool> remove_abandoned(const std::string& name) const;
  // Durable when it returns: names made, moved and removed in it before.
  base::Result<void> sync() const;

 private:
  Directory(base::UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  base::UniqueFd fd_;
  std::string path_;
};

// Makes what is missing of `path`, each with this mode and owner; nothing where it is there. Links as in Directory::open.
base::Result<void> make_directories(const std::string& path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid);

// A path as the directory and the name in it: "/var/log/a.log" → {"/var/log", "a.log"}; "a.log" → {".", "a.log"}.
struct DirectoryAndName {
  std::string directory;
  std::string name;
};
DirectoryAndName split_path(std::string_view path);

}  // namespace longshore::rotator
