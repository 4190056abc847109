// A file system on which nothing can be changed: with it the spool's own code looks at a spool that belongs to somebody
// else. Whatever would write answers Code::permission. Errors and threads as base::FileSystem.
#pragma once

#include "common/base/file_system.hpp"

namespace longshore::shipper {

class ReadOnlyFileSystem final : public base::FileSystem {
 public:
  explicit ReadOnlyFileSystem(base::FileSystem& real) : real_(real) {}  // which outlives this

  base::Result<std::unique_ptr<base::File>> open(const std::string& path, base::OpenMode mode) override {
    if (mode != base::OpenMode::read) return refuse(path);
    return real_.open(path, mode);
  }
  base::Result<std::vector<std::string>> list(const std::string& directory) override { return real_.list(directory); }
  base::Result<base::FileInfo> stat(const std::string& path) override { return real_.stat(path); }
  base::Result<base::DiskSpace> space(const std::string& path) override { return real_.space(path); }
  base::Result<void> rename(const std::string& from, const std::string&) override { return refuse(from); }
  base::Result<void> unlink(const std::string& path) override { return refuse(path); }
  base::Result<void> make_directories(const std::string& path) override { return refuse(path); }
  base::Result<void> sync_directory(const std::string& path) override { return refuse(path); }
  base::Result<std::unique_ptr<base::File>> lock(const std::string& path) override { return refuse(path); }

 private:
  static std::unexpected<base::Error> refuse(const std::string& path) {
    return base::fail(base::Code::permission, path + " is only looked at");
  }

  base::FileSystem& real_;
};

}  // namespace longshore::shipper
