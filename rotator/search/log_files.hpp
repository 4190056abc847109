// The files that a command line names: as given, and all below a directory, oldest first of each log. What was found in a
// directory is opened by way of that directory alone: nobody who may write there leads us elsewhere meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "common/base/unique_fd.hpp"

namespace longshore::rotator {

struct LogFile {
  std::string name;                           // as it is printed
  std::shared_ptr<base::UniqueFd> directory;  // null: named on the command line
  std::string path;                           // below the directory
};

// Files of directories: regular ones, at any depth, no links followed; of one log (its name without numbers, dates and
// suffixes of archives) the one that was written last comes last. What cannot be looked at is told, and left out.
std::vector<LogFile> find_log_files(const std::vector<std::string>& paths,
                                    const std::function<void(const base::Error&)>& failed);

struct OpenLogFile {
  base::UniqueFd fd;
  std::uint64_t size = 0;  // bytes
  base::Timestamp modified;
};
// Errors name the file. One that is no regular file is Code::invalid; a fifo does not hang.
base::Result<OpenLogFile> open_log_file(const LogFile& file);

// The name of the log that a file is of: "app.log" of "app.log.2.zst", "app.log-20261127.gz" and "app.log".
std::string log_name(std::string file_name);

}  // namespace longshore::rotator
