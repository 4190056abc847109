#include "rotator/commands/search_output.hpp"
#include "rotator/search/log_search.hpp"

namespace longshore::rotator {

int cat(const CatOptions& options, base::Timestamp now, Output output) {
  const auto trouble = [&](const std::string& what) { tell_problem(output, "cat", what); };
  const auto times = read_times(options.times, now);
  if (!times) {
    trouble(times.error().message);
    return 2;
  }
  bool failed = false;
  const auto files = find_log_files(options.paths, [&](const base::Error& error) {
    trouble(error.message);
    failed = true;
  });
  SearchRequest request;  // the empty pattern: every line
  request.times = *times;
  request.end_last_line = false;
  request.threads = options.threads;
  const auto result = search_logs(request, files, output.out, trouble);
  return !result || failed || result->failed ? 1 : 0;
}

}  // namespace longshore::rotator
