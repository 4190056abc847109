// The folders that a pattern means, as they are now. Blocks; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace longshore::rotator {

struct FoundFolders {
  std::vector<std::string> folders;
  std::vector<std::string> parents;  // in which a new one may appear
  std::string problem;               // there are so many that not all are here; empty: all are
};

// `*`, `?` and `[…]` stand for one component or a part of it, `**` for any number of folders, none included. What begins
// with a dot is only meant where the pattern has one. However links lead in circles, a folder is looked into once for each
// component: the time is that of what is really there. `**` follows no links, and goes 32 levels down.
FoundFolders find_folders(const std::string& pattern, std::size_t most = 100'000);

}  // namespace longshore::rotator
