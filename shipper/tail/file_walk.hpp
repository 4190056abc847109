// Which files there are: walks the folders that patterns can lead to. Blocks on the disk.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/tail/tailed_file.hpp"

namespace longshore::shipper {

struct FoundFile {
  std::string path;
  FileId id;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
};

class FileWalk {
 public:
  FileWalk(const std::vector<std::string>& patterns, const std::vector<std::string>& exclude);

  // Regular files that match, each once though several names lead to it; compressed ones are left out. Folders that are
  // links are not entered. `folders` gets every folder that was looked into.
  // False: some folder could not be looked into for want of descriptors or memory; files may be missing from `found`.
  bool find(std::vector<FoundFile>& found, std::vector<std::string>& folders) const;
  bool matches(std::string_view path) const;

 private:
  bool walk(const std::string& folder, unsigned depth, std::vector<FoundFile>& found,
            std::vector<std::string>& folders) const;
  std::vector<std::string> patterns_, exclude_;
};

// Files in `folder` for which `wanted(name)` holds.
std::vector<FoundFile> files_in(const std::string& folder, const std::function<bool(std::string_view)>& wanted);

// By its name: .gz, .zst, .bz2, .xz, .lz4, .zip
bool is_compressed_name(std::string_view path);

}  // namespace longshore::shipper
