// The git repository that a folder is in, by the system's git. Errors hold what git says. Every call blocks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::deployer {

class Git {
 public:
  explicit Git(std::string folder) : folder_(std::move(folder)) {}

  // The commit that a tag is on; nullopt: no such tag. Code::not_found: no git, or no repository here.
  base::Result<std::optional<std::string>> commit_of(const std::string& tag) const;
  // All tags with their messages; that of one which is not annotated is its commit's.
  base::Result<std::map<std::string, std::string>> tags() const;
  // The content of a file, as of a commit or tag. Code::not_found: not there.
  base::Result<std::string> show(const std::string& at, const std::string& path) const;
  // Makes an annotated tag. Code::exists: there is one of this name.
  base::Result<void> tag(const std::string& name, const std::string& commit, const std::string& message) const;

 private:
  base::Result<std::string> run(std::vector<std::string> words) const;

  std::string folder_;
};

}  // namespace longshore::deployer
