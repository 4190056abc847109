#include <unistd.h>

#include <algorithm>

#include "common/base/utf8.hpp"
#include "rotator/commands/search_output.hpp"
#include "rotator/search/log_search.hpp"

namespace longshore::rotator {

int grep(const GrepOptions& options, base::Timestamp now, Output output) {
  const auto trouble = [&](const std::string& what) {
    tell_problem(output, "grep", what);
    return 2;
  };
  const auto times = read_times(options.times, now);
  if (!times) return trouble(times.error().message);
  if (options.max_count == 0) return 1;

  bool failed = false;
  auto files = find_log_files(options.paths, [&](const base::Error& error) {
    trouble(error.message);
    failed = true;
  });
  // Whoever reads our output gets names as they are, a terminal none that it would obey.
  if (::isatty(output.out) == 1)
    for (LogFile& file : files) file.name = base::printable(file.name);
  const bool many =
      options.paths.size() > 1 || std::ranges::any_of(files, [](const LogFile& file) { return file.directory != nullptr; });
  SearchRequest request;
  request.pattern = {options.pattern, options.fixed, options.ignore_case};
  request.invert = options.invert;
  request.times = *times;
  request.listing = options.quiet                ? Listing::nothing
                    : options.files_with_matches ? Listing::names
                    : options.count              ? Listing::counts
                                                 : Listing::lines;
  request.names = options.with_filename || (many && !options.no_filename);
  request.numbers = options.line_number;
  request.most = options.max_count.value_or(UINT64_MAX);
  request.threads = options.threads;
  const auto result = search_logs(request, files, output.out, trouble);
  if (!result) return trouble(result.error().message);
  if (options.quiet && result->found) return 0;
  if (failed || result->failed) return 2;
  return result->found ? 0 : 1;
}

}  // namespace longshore::rotator
