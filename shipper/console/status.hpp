// What a running shipper tells about itself: made by the pipeline, served as JSON at /status, read back by `shipper top`.
// The sum that must hold for the whole process at every moment, all since the start:
//   sum(sources.received) = sum(sources.dropped) + pending_events + spooled_events
// and for each sink, over the spool: events from its cursor on are its backlog.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::shipper {

struct SourceStatus {
  std::string name;
  std::uint64_t received = 0;  // events, kernel drops included
  std::uint64_t bytes = 0;
  std::map<std::string, std::uint64_t> dropped;  // by reason
  std::map<std::string, std::int64_t> gauges;    // e.g. connections, files, behind_bytes
};

struct SpoolStatus {
  std::uint64_t bytes = 0, max_bytes = 0, segments = 0, first_seq = 0, next_seq = 0;
  std::uint64_t corrupt_blocks = 0, torn_bytes = 0, lost_events = 0;
  std::string stalled;  // why nothing can be written now; empty if all is well
};

struct SinkStatus {
  std::string name, type;
  std::string state;  // "ok", "retrying", "held", "starting"
  std::uint64_t delivered = 0, delivered_bytes = 0, dead_lettered = 0, retries = 0;
  std::uint64_t backlog = 0;    // events on disk that it has not delivered
  double backlog_seconds = 0;   // age of the oldest of them
  std::uint64_t in_flight = 0;  // requests
  std::string last_error;
};

struct Status {
  std::string version, started, state;  // state: "running", "draining"
  double uptime_seconds = 0;
  std::uint64_t rss_bytes = 0;
  std::vector<SourceStatus> sources;
  std::uint64_t pending_events = 0;  // read, not yet in the spool
  std::uint64_t spooled_events = 0;  // written to the spool since the start
  SpoolStatus spool;
  std::vector<SinkStatus> sinks;
  std::vector<std::string> alerts;  // newest first
};

std::string to_json(const Status& status);
base::Result<Status> parse_status(std::string_view json);

}  // namespace longshore::shipper
