// The directories of one block, open as long as there are descriptors for them. One that has to be opened again must be the
// one that it was: a path that leads elsewhere meanwhile is refused.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/files/directory.hpp"

namespace longshore::rotator {

class DirectoryPool {
 public:
  base::Result<std::shared_ptr<const Directory>> open(const std::string& path);

  // Names that begin so, as they were when the directory was first asked for them: a directory with ten thousand logs is
  // listed once.
  base::Result<std::vector<std::string>> names(const std::string& path, const std::string& prefix);
  // A name that we have put there since: logs of the same name may share an olddir.
  void made(const std::string& path, const std::string& name);

  // Names in it were changed; until the next sync() that need not be durable.
  void changed(const std::string& path) { changed_.insert(path); }
  base::Result<void> sync();

 private:
  static constexpr std::size_t kOpen = 128;

  std::map<std::string, std::shared_ptr<const Directory>> open_;
  std::deque<std::string> order_;  // of opening
  std::map<std::string, FileFacts> seen_;
  std::set<std::string> changed_;
  std::map<std::string, std::vector<std::string>> listed_;
};

}  // namespace longshore::rotator
