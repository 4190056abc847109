// What a run prints last, for people and for whoever reads the last twenty lines of a CI log. On failure: what the probes
// saw, what the container said and how it ended, what was undone; then who serves what now, and, as the last line, what to
// run next. Pure.
#pragma once

#include <string>

#include "deployer/report/event.hpp"

namespace longshore::deployer {

std::string render_ending(const Summary& summary);

// One node that failed, as a block of lines.
std::string render_failure(const NodeResult& node);

}  // namespace longshore::deployer
