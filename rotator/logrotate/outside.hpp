// What a reader of configuration must ask the system: files, directories, globs, users. An interface, so that reading is
// pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::rotator {

// What a path of a configuration leads to.
struct ConfigSource {
  enum class Kind { file, directory, other } kind = Kind::other;
  std::string text;                // of a file
  std::vector<std::string> names;  // in a directory: of its regular files, in the order of the locale
  std::string distrusted;          // why the file must not be believed; empty: it may be
  std::string odd;                 // what is strange about it, though it is believed
};

struct GlobMatches {
  std::vector<std::string> paths;  // no directories; the pattern itself where nothing matches
  std::string error;               // what could not be read on the way
};

class Outside {
 public:
  virtual ~Outside() = default;
  virtual base::Result<ConfigSource> read(const std::string& path) = 0;
  virtual GlobMatches glob(const std::string& pattern) = 0;
  // By name, else by number; nothing if there is none.
  virtual std::optional<std::uint32_t> user(const std::string& name) = 0;
  virtual std::optional<std::uint32_t> group(const std::string& name) = 0;
  // fnmatch(3) of a file's name with a taboo pattern.
  virtual bool matches(const std::string& pattern, const std::string& name) = 0;
  // "~/x" and "~user/x" as a path; any other path as it is. Code::not_found if there is no such home.
  virtual base::Result<std::string> expand_home(const std::string& path) = 0;
};

}  // namespace longshore::rotator
