// logrotate's state file as text: when each log was rotated last, by the wall clock. Read and written as logrotate does, so
// that the two can follow each other; but a line that makes no sense costs that line alone. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

struct StateEntry {
  base::Civil last_rotated;
  bool used = false;  // the log is there, or was asked for in this run
};
using StateEntries = std::map<std::string, StateEntry, std::less<>>;  // by path

struct StateReading {
  StateEntries entries;
  std::vector<std::string> problems;  // "bad line 3 in state file NAME"
};
// `name`: of the file, for the problems.
StateReading read_state(std::string_view text, const std::string& name);

std::string write_state(const StateEntries& entries);

// One line of it, with its newline.
std::string state_line(const std::string& path, const base::Civil& last_rotated);
// "2026-11-27-5:49:5", the time of day may be missing. Nothing if it is no date.
std::optional<base::Civil> parse_state_date(std::string_view text);

}  // namespace longshore::rotator
