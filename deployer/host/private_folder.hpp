// A folder for sockets that nobody else may enter, with a path so short that a socket fits; gone with its owner. What an
// owner has left behind that was killed, the next one removes.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace longshore::deployer {

class PrivateFolder {
 public:
  static base::Result<PrivateFolder> create();
  ~PrivateFolder();
  PrivateFolder(PrivateFolder&&) = default;
  PrivateFolder& operator=(PrivateFolder&&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  PrivateFolder() = default;
  std::string path_;
  base::UniqueFd lock_;  // held as long as we live
};

}  // namespace longshore::deployer
