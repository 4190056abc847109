// Files for tests of the import: a map instead of a disk. Test code only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "shipper/import/load.hpp"

namespace longshore::shipper {

// Patterns: a name, or "FOLDER/*ENDING".
inline ImportFiles files_for_test(std::map<std::string, std::string> files) {
  return {.read = [files](const std::string& path) -> base::Result<std::string> {
            const auto found = files.find(path);
            if (found == files.end()) return base::fail(base::Code::not_found, "open " + path + ": no such file");
            return found->second;
          },
          .find =
              [files](const std::string& pattern) {
                std::vector<std::string> found;
                const std::size_t star = pattern.find('*');
                for (const auto& [path, text] : files)
                  if (star == pattern.npos
                          ? path == pattern
                          : path.starts_with(pattern.substr(0, star)) && path.ends_with(pattern.substr(star + 1)))
                    found.push_back(path);
                return found;
              }};
}

}  // namespace longshore::shipper
