// Searches files and archives with several threads and prints what is found, in the order of the files. Archives of ours are
// searched frame by frame: those that cannot have a line of the time are not read. Blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/search/line_report.hpp"
#include "rotator/search/log_files.hpp"
#include "rotator/search/matcher.hpp"
#include "rotator/search/time_range.hpp"

namespace longshore::rotator {

enum class Listing {
  lines,
  counts,
  names,
  nothing
};  // what is printed: lines, how many per file, names of files that have any

struct SearchRequest {
  PatternText pattern;
  bool invert = false;
  TimeRange times;
  Listing listing = Listing::lines;
  bool names = false;  // before lines and counts
  bool numbers = false;
  bool end_last_line = true;
  std::uint64_t most = UINT64_MAX;  // lines of a file
  unsigned threads = 0;             // 0: one for each processor, at most 8
};

struct SearchResult {
  bool found = false;   // a line was selected
  bool failed = false;  // something could not be read, and `problem` was called, or the output could not be written
};

// Prints to `out`, a descriptor. `problem` is called from any thread, by one at a time. Code::invalid: the pattern is none.
base::Result<SearchResult> search_logs(const SearchRequest& request, const std::vector<LogFile>& files, int out,
                                       const std::function<void(const std::string&)>& problem);

}  // namespace longshore::rotator
