// Configuration in logrotate's language, from text to blocks. An error costs the block that it stands in, or what follows in
// a file that has it outside of blocks; all else is read, and that something failed is told. Pure: the system is handed in.
#pragma once

#include <string>
#include <vector>

#include "rotator/logrotate/messages.hpp"
#include "rotator/logrotate/outside.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

struct Configuration {
  std::vector<Block> blocks;  // in the order of the files; each path is in one of them
  bool failed = false;        // something was wrong; Messages has it
};

// `paths`: files and directories. What one says outside of blocks holds for those after it.
Configuration read_configuration(const std::vector<std::string>& paths, Outside& outside, Messages& messages);

}  // namespace longshore::rotator
