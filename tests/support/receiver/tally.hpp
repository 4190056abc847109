// What has arrived, counted: lines, bytes, sequence numbers ("seq=N" inside a line), tags, sizes over Loggly's limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/receiver/sequence_set.hpp"

namespace longshore::receiver {

inline constexpr std::size_t kMaxEvent = 1'000'000;  // Loggly: bytes a line
inline constexpr std::size_t kMaxBody = 5'000'000;   // Loggly: bytes a request

struct Tally {
  std::uint64_t requests = 0;    // that were answered, or on purpose not
  std::uint64_t events = 0;      // lines of accepted bodies
  std::uint64_t bytes = 0;       // of accepted bodies, decoded
  std::uint64_t wire_bytes = 0;  // of all bodies as received
  std::uint64_t duplicates = 0;  // numbers that came again
  std::uint64_t unnumbered = 0;  // lines without "seq="
  std::uint64_t connections = 0;
  std::uint64_t bodies_over_limit = 0;
  std::uint64_t events_over_limit = 0;
  std::size_t largest_body = 0;
  std::size_t largest_event = 0;
  std::map<int, std::uint64_t> statuses;        // answers by status; 0: none was given
  std::map<std::string, std::uint64_t> tags;    // accepted events by tag set, as written
  std::map<std::string, std::uint64_t> tokens;  // accepted events by token in the path
  SequenceSet numbers;
  std::vector<std::string> lines;  // the first `keep_lines` accepted lines
  std::string last_head;           // request line and headers of the latest request
  std::size_t keep_lines = 0;      // a setting, not a count
  bool count_only = false;         // a setting: lines and bytes, no numbers
  std::FILE* keep_file = nullptr;  // a setting: all accepted lines are written here, too

  // Counts complete lines; returns how many. What follows the last line feed is a line, too.
  std::uint64_t add_lines(std::string_view body);
  void add_line(std::string_view line);  // without its line feed

  // All of it as one JSON object; at most 20 missing ranges from number `first` on.
  std::string json(std::uint64_t first = 0) const;

 private:
  std::size_t number_at_ = 0;  // where the last line had its "seq=": the next one has it there, too
};

}  // namespace longshore::receiver
