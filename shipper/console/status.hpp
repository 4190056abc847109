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

struct AlertStatus {
  std::string rule = {}, alias = {}, priority = {};  // P1 to P5
  bool open = false;
  std::string at = {};      // RFC 3339: of an open one when it was last told, otherwise of its end
  std::uint64_t count = 0;  // matches
  std::string message = {}, note = {};
};

struct RulesStatus {
  std::uint64_t loaded = 0;
  std::string problems;                                // of rule files that are not used for them
  std::uint64_t events = 0, late = 0, matched = 0;     // seen; too old to be looked at; that matched some rule
  std::uint64_t evicted = 0, held = 0, rolled_up = 0;  // groups forgotten; alerts held by mutes, put into a roll-up
  std::uint64_t bytes = 0;
};

// One rule at work, served at /rules.
struct RuleStateLine {
  std::string rule = {};
  std::uint64_t matches = 0;           // since the start
  std::uint64_t groups = 0, open = 0;  // remembered; of these with an open alert
  std::uint64_t held = 0;              // alerts that mutes have held back since the start
  std::string muted = {};              // why; empty: it is not
  std::string last_match = {};         // RFC 3339; empty: none since the start
};

struct AlertSinkLine {
  std::string name = {}, state = {};  // "ok", "retrying", "held"
  std::uint64_t waiting = 0, delivered = 0, refused = 0;
  std::string last_error = {};
};

// A deploy under way on this host, as POST /annotations told.
struct AnnotationStatus {
  std::string kind = {}, environment = {}, composition = {}, rollout = {}, by = {};
  std::string since = {}, until = {};  // RFC 3339; `until`: over by itself
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
  RulesStatus rules;
  std::vector<AlertStatus> alerts;  // the open ones, then the last closed ones; newest first
  std::vector<AlertSinkLine> alert_sinks;
  std::vector<AnnotationStatus> annotations;
};

std::string to_json(const Status& status);
std::string to_json(const std::vector<RuleStateLine>& rules);
base::Result<Status> parse_status(std::string_view json);

}  // namespace longshore::shipper
