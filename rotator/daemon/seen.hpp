// What lies on the disk at one moment: the logs that the rules name, their archives, the disks they are on. Plain values,
// made by survey() and thrown away after a decision, so that the daemon remembers nothing that the disk does not say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/timestamp.hpp"
#include "rotator/retention/expiry.hpp"

namespace longshore::rotator {

struct SeenArchive {
  std::string name;
  std::uint64_t bytes = 0;  // on the disk
  base::Timestamp made;     // when it was rotated, as its name tells, else when it was last written to
  std::uint64_t sequence = 0;
  bool named = false;  // the name tells when
  bool compressed = false;
};

struct SeenLog {
  std::size_t rule = 0;
  std::size_t folder = 0;          // index into the folders
  std::size_t archive_folder = 0;  // the same, where the archives are
  std::string name;
  bool exists = false;          // or only archives of it are left
  bool interrupted = false;     // there is what a rotation or compression leaves only when it is killed
  std::uint64_t bytes = 0;      // that may be in no archive yet
  std::uint64_t allocated = 0;  // bytes on the disk
  base::Timestamp modified;
  std::optional<base::Timestamp> born;
  std::size_t volume = 0, disk = 0;
  std::vector<SeenArchive> archives;  // the oldest first
};

struct SeenDisk {
  std::uint64_t device = 0;
  std::string path;  // of a folder on it
  RetentionDisk state;
};

struct Seen {
  std::vector<std::string> folders;
  std::vector<SeenLog> logs;
  std::vector<SeenDisk> disks;
  std::vector<std::string> watch;     // folders in which logs, or folders with logs, are or may appear
  std::vector<std::string> problems;  // folders that cannot be read, files that are refused: one sentence each
};

}  // namespace longshore::rotator
