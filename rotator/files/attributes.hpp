// Who may read a file: mode, owner and access list, read from one open file and given to another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "rotator/files/file_facts.hpp"

namespace longshore::rotator {

struct Access {
  std::uint32_t mode = 0;  // permission bits, 07777 at most
  std::uint32_t uid = 0, gid = 0;
  // The access list as the kernel has it (xattr system.posix_acl_access): "": the file has none beyond its mode; nothing:
  // whatever its directory gives a new file stays.
  std::optional<std::string> access_list = {};
};

base::Result<Access> access_of(int file);

// To a file that nobody else can read yet (mode 0600): owner, then access list, then mode. The owner is only set by root.
// `name` is for the error.
base::Result<void> give_access(int file, const Access& access, const std::string& name);

// Times of the last access and change; failure is no disaster and is not told.
void give_times(int file, const FileFacts& like);

}  // namespace longshore::rotator
