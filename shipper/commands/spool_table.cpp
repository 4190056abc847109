#include "shipper/commands/spool_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "common/base/bytes.hpp"

namespace longshore::shipper {
namespace {

std::string time_text(std::optional<base::Timestamp> time) { return time ? base::format_rfc3339(*time, 0) : "-"; }
std::string bytes_text(std::uint64_t bytes) { return base::format_bytes({bytes}); }
std::string range_text(std::uint64_t first, std::uint64_t end) {
  return first == end ? "-" : fmt::format("{}..{}", first, end - 1);
}

// Rows in columns as wide as their widest cell.
template <std::size_t N>
std::string table(const std::vector<std::array<std::string, N>>& rows) {
  std::array<std::size_t, N> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < N; ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < N; ++i) out += fmt::format("{:<{}}  ", row[i], widths[i]);
    out += row[N - 1] + "\n";
  }
  return out;
}

}  // namespace

std::string spool_table(const SpoolSummary& summary) {
  std::vector<std::array<std::string, 7>> segments{{"SEGMENT", "SEQUENCE", "EVENTS", "SIZE", "FIRST", "LAST", "STATE"}};
  std::uint64_t events = 0, bytes = 0;
  for (const SegmentSummary& segment : summary.segments) {
    events += segment.events;
    bytes += segment.bytes;
    segments.push_back({std::to_string(segment.name.number), range_text(segment.name.first_seq, segment.end_seq),
                        std::to_string(segment.events), bytes_text(segment.bytes), time_text(segment.first_time),
                        time_text(segment.last_time), segment.newest ? "active" : "sealed"});
  }
  std::vector<std::array<std::string, 4>> sinks{{"SINK", "NEXT", "BEHIND", "WAITING SINCE"}};
  for (const CursorSummary& cursor : summary.cursors) {
    if (cursor.damaged)
      sinks.push_back({cursor.sink, "damaged", "starts again at the oldest event", "-"});
    else
      sinks.push_back({cursor.sink, std::to_string(cursor.seq), fmt::format("{} events", cursor.behind),
                       time_text(cursor.waiting_since)});
  }
  std::string out = table(segments);
  if (sinks.size() > 1) out += "\n" + table(sinks);
  out += fmt::format("\n{} segments, {} events, {}; next sequence number {}, {} checkpoints of sources",
                     summary.segments.size(), events, bytes_text(bytes), summary.next_seq, summary.checkpoints);
  if (summary.quarantined_bytes > 0) out += fmt::format(", {} in quarantine", bytes_text(summary.quarantined_bytes));
  return out + "\n";
}

}  // namespace longshore::shipper
