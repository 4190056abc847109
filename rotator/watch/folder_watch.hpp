// What is written to, made, moved and removed in a set of folders, as inotify tells. Folders that it cannot watch, or where
// it would tell only half (network file systems), are named, for polling. One thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace longshore::rotator {

class FolderWatch {
 public:
  // `use_inotify`: false leaves everything to polling.
  explicit FolderWatch(bool use_inotify = true);

  // Watches exactly these from now on, by their place in the list; each once. A folder that is watched already stays so.
  void watch(const std::vector<std::string>& folders);
  // Places of the folders that must be polled.
  const std::vector<std::size_t>& unwatched() const { return unwatched_; }
  int descriptor() const { return fd_.get(); }  // readable when read() has something; -1: nothing is watched

  struct Written {
    std::size_t folder;  // place in the list
    std::string name;
    friend auto operator<=>(const Written&, const Written&) = default;
  };
  struct Changes {
    std::vector<Written> written;  // each once
    bool names = false;            // files came, went or were renamed, or events were lost: look at everything
  };
  // What has come since; at most some thousand events a call.
  Changes read();

 private:
  struct Watched {
    std::string path;
    std::size_t place = 0;
  };
  bool add(const std::string& path, std::size_t place);

  base::UniqueFd fd_;
  std::unordered_map<int, Watched> by_watch_;
  std::unordered_map<std::string, int> by_path_;
  std::vector<std::size_t> unwatched_;
};

}  // namespace longshore::rotator
