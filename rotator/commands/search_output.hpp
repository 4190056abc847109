// What the commands that read logs and archives have in common.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "rotator/commands/search_commands.hpp"
#include "rotator/search/time_range.hpp"

namespace longshore::rotator {

base::Result<TimeRange> read_times(const TimeOptions& options, base::Timestamp now);

// "rotator COMMAND: what" and a line end, to output.err.
void tell_problem(const Output& output, const char* command, const std::string& what);

}  // namespace longshore::rotator
