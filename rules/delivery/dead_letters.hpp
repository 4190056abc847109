// The file for changes of alerts that a sink will never take: DIRECTORY/SINK.jsonl, one JSON object a line:
//   {"time":"…","sink":"…","reason":"…","change":{…}}
// Durable when it returns. Bounded: at half of `max_size` the file becomes "….old" and replaces the one before. Blocks on
// the disk; one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "common/base/bytes.hpp"
#include "common/base/file_system.hpp"

namespace longshore::rules {

class AlertDeadLetters {
 public:
  // The folder is made when the first letter comes.
  AlertDeadLetters(base::FileSystem& file_system, std::string directory, base::Bytes max_size)
      : file_system_(file_system), directory_(std::move(directory)), half_(max_size.value / 2) {}

  // `sink`: a name that is safe as that of a file. `line`: the change as JSON. After an error it is not kept: try again.
  base::Result<void> add(const std::string& sink, std::string_view reason, std::string_view line, base::Timestamp now);

 private:
  base::FileSystem& file_system_;
  std::string directory_;
  std::uint64_t half_;  // bytes of one file
};

}  // namespace longshore::rules
