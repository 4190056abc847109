// The live view of `shipper top` and the plain line that stands in for it where there is no terminal. Pure: text from two
// states a known time apart.
#pragma once

#include <string>

#include "shipper/console/status.hpp"

namespace longshore::shipper {

// A whole screen of at most `width` columns (80 at least), lines ended by "\n", with ANSI colours if `colour`.
std::string render_screen(const Status& before, const Status& now, double seconds, unsigned width, bool colour);

// One line: rates in, spool, each sink's rate and backlog, drops and errors if there are any.
std::string render_line(const Status& before, const Status& now, double seconds);

// What `./run --for` ends with: totals, one line each.
std::string render_summary(const Status& now);

}  // namespace longshore::shipper
