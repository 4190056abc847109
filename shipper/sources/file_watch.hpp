// What changed in a set of folders, as inotify tells. It may tell too little (its limits, network file systems): whoever
// uses it looks for himself from time to time as well.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/unique_fd.hpp"

namespace longshore::shipper {

class FileWatch {
 public:
  FileWatch();
  // Watches exactly these folders from now on.
  void watch(const std::vector<std::string>& folders);
  int descriptor() const { return fd_.get(); }  // readable when read() has something; -1 where there is no inotify

  struct Changes {
    std::vector<std::string> grown;  // paths that were written to
    bool names = false;              // files came, went or were renamed, or events were lost: look at everything
  };
  Changes read();
  bool complete() const { return complete_; }  // every folder is watched

 private:
  base::UniqueFd fd_;
  std::map<std::string, int> by_folder_;
  std::map<int, std::string> by_watch_;
  bool complete_ = true;
};

}  // namespace longshore::shipper
