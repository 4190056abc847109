// What the file system says of one file, as plain values: what decisions are made on, and what tells two files apart.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

enum class FileKind { regular, directory, symlink, other };  // other: fifos, sockets, devices

struct FileFacts {
  FileKind kind = FileKind::other;
  std::uint64_t device = 0, inode = 0;  // together: which file it is, whatever its name
  std::uint64_t size = 0;               // bytes, holes included
  std::uint64_t allocated = 0;          // bytes on the disk
  std::uint32_t mode = 0;               // permission bits, 07777 at most
  std::uint32_t uid = 0, gid = 0;
  std::uint64_t links = 0;
  base::Timestamp accessed, modified;
  std::optional<base::Timestamp> born;  // where the file system and the way of asking tell

  bool same_file(const FileFacts& other) const { return device == other.device && inode == other.inode; }
};

FileFacts facts_of(const struct stat& status);

}  // namespace longshore::rotator
