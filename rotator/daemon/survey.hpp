// Looks at the disk: folders that the patterns name, logs in them, their archives, free space. Blocks; reads only; any
// thread.
#pragma once

#include <vector>

#include "rotator/config/blocks.hpp"
#include "rotator/config/config.hpp"
#include "rotator/daemon/seen.hpp"

namespace longshore::rotator {

struct Rules {
  std::vector<NamedBlock> blocks;  // the first that names a file has it
  std::vector<VolumeOptions> volumes;
  bool docker_files = false;  // also what is Docker's own
};

Seen survey(const Rules& rules);

// Of one log that is known: its size now. False if it has gone.
bool look_again(const std::string& folder, SeenLog& log);

// The bytes that are free on the file system of `path`, to who may use the reserve.
std::optional<std::uint64_t> free_bytes(const std::string& path);

}  // namespace longshore::rotator
