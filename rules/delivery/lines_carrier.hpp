// Appends the bodies of requests to a file, durably, or writes them to standard output. One request at a time.
#pragma once

#include <string>

#include "common/base/file_system.hpp"
#include "common/base/unique_fd.hpp"
#include "common/io/blocking_pool.hpp"
#include "rules/delivery/carrier.hpp"

namespace longshore::rules {

// The file is opened anew for each line, so that rotation needs no signal. What a crash left of a line is ended before the
// next.
class FileCarrier final : public Carrier {
 public:
  FileCarrier(io::BlockingPool& pool, base::FileSystem& file_system, std::string path)
      : pool_(pool), file_system_(file_system), path_(std::move(path)) {}
  io::Task<AlertAnswer> carry(AlertRequest request) override;

 private:
  base::Result<void> append(const std::string& line) const;
  io::BlockingPool& pool_;
  base::FileSystem& file_system_;
  std::string path_;
};

// A reader that does not read costs a thread of the pool for kPatience at a time.
class DescriptorCarrier final : public Carrier {
 public:
  static constexpr int kPatience = 500;  // milliseconds

  DescriptorCarrier(io::BlockingPool& pool, int fd);  // `fd` stays the caller's
  io::Task<AlertAnswer> carry(AlertRequest request) override;

 private:
  std::string write(const std::string& line);  // empty, or what went wrong
  io::BlockingPool& pool_;
  base::UniqueFd fd_;
  bool torn_ = false;  // the last line was written in part
};

}  // namespace longshore::rules
