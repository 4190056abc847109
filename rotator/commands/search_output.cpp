#include "rotator/commands/search_output.hpp"

#include <unistd.h>

#include "common/base/utf8.hpp"
#include "rotator/search/time_argument.hpp"

namespace longshore::rotator {

base::Result<TimeRange> read_times(const TimeOptions& options, base::Timestamp now) {
  TimeRange range;
  if (!options.since.empty()) {
    TRY(since, parse_time_argument(options.since, now));
    range.since = since;
  }
  if (!options.until.empty()) {
    TRY(until, parse_time_argument(options.until, now));
    range.until = until;
  }
  return range;
}

void tell_problem(const Output& output, const char* command, const std::string& what) {
  const std::string line = std::string("rotator ") + command + ": " + base::printable(what) + "\n";
  if (::write(output.err, line.data(), line.size()) < 0) return;  // nobody is left who could be told
}

}  // namespace longshore::rotator
