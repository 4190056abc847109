// A report that grows line by line (NDJSON, log): each line is there at once, for `tail -f` and after a kill.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"

namespace longshore::deployer {

class StreamFile {
 public:
  // The file is made anew; one of a run before is replaced. Its folder is made if it is missing. Errors name the path.
  static base::Result<std::unique_ptr<StreamFile>> open(base::FileSystem& files, const std::string& path);

  void write(std::string_view lines);
  // Why something could not be written (a full disk): the first reason; empty: all was. Nothing is written after it.
  const std::string& trouble() const { return trouble_; }

 private:
  explicit StreamFile(std::unique_ptr<base::File> file) : file_(std::move(file)) {}
  std::unique_ptr<base::File> file_;
  std::uint64_t size_ = 0;
  std::string trouble_;
};

}  // namespace longshore::deployer
