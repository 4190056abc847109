#include "shipper/pipeline/metrics.hpp"

#include <map>
#include <string>

#include "common/telemetry/prometheus.hpp"

namespace longshore::shipper {

using telemetry::PrometheusText;
using enum PrometheusText::Kind;

std::string metrics_text(const Status& status) {
  PrometheusText out;
  out.family("longshore_shipper_source_events_received_total", counter, "Events taken in, kernel drops included");
  for (const SourceStatus& s : status.sources) out.sample({{"source", s.name}}, s.received);
  out.family("longshore_shipper_source_bytes_received_total", counter, "Bytes read, framing included");
  for (const SourceStatus& s : status.sources) out.sample({{"source", s.name}}, s.bytes);
  out.family("longshore_shipper_source_events_dropped_total", counter, "Events lost or left out on purpose, by reason");
  for (const SourceStatus& s : status.sources)
    for (const auto& [reason, count] : s.dropped) out.sample({{"source", s.name}, {"reason", reason}}, count);
  out.family("longshore_shipper_source_state", gauge, "What a source knows of itself: connections, files, behind_bytes");
  for (const SourceStatus& s : status.sources)
    for (const auto& [what, value] : s.gauges) out.sample({{"source", s.name}, {"what", what}}, static_cast<double>(value));
  out.family("longshore_shipper_pending_events", gauge, "Events read and not yet in the spool");
  out.sample({}, status.pending_events);
  out.family("longshore_shipper_spooled_events_total", counter, "Events written to the spool");
  out.sample({}, status.spooled_events);
  out.family("longshore_shipper_spool_bytes", gauge, "Bytes of the spool on disk");
  out.sample({}, status.spool.bytes);
  out.family("longshore_shipper_spool_max_bytes", gauge, "Bytes that the spool may use");
  out.sample({}, status.spool.max_bytes);
  out.family("longshore_shipper_spool_stalled", gauge, "1 while the spool cannot be written");
  out.sample({}, std::uint64_t{status.spool.stalled.empty() ? 0U : 1U});
  out.family("longshore_shipper_spool_corrupt_blocks_total", counter, "Damaged blocks set aside");
  out.sample({}, status.spool.corrupt_blocks);
  out.family("longshore_shipper_spool_lost_events_total", counter, "Events that a reader found missing");
  out.sample({}, status.spool.lost_events);
  out.family("longshore_shipper_sink_events_delivered_total", counter, "Events that the sink has taken");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, s.delivered);
  out.family("longshore_shipper_sink_bytes_delivered_total", counter, "Bytes of the requests that the sink has taken");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, s.delivered_bytes);
  out.family("longshore_shipper_sink_events_dead_lettered_total", counter, "Events that the sink will never take");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, s.dead_lettered);
  out.family("longshore_shipper_sink_retries_total", counter, "Requests that had to be repeated");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, s.retries);
  out.family("longshore_shipper_sink_backlog_events", gauge, "Events in the spool that the sink does not have yet");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, s.backlog);
  out.family("longshore_shipper_sink_backlog_seconds", gauge, "Age of the oldest of them");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, s.backlog_seconds);
  out.family("longshore_shipper_sink_held", gauge, "1 while the sink refuses until a person does something");
  for (const SinkStatus& s : status.sinks) out.sample({{"sink", s.name}}, std::uint64_t{s.state == "held" ? 1U : 0U});
  out.family("longshore_shipper_rules_loaded", gauge, "Rules at work");
  out.sample({}, status.rules.loaded);
  out.family("longshore_shipper_rules_refused", gauge,
             "1 while rule files are not used, because something in them is wrong");
  out.sample({}, std::uint64_t{status.rules.problems.empty() ? 0U : 1U});
  out.family("longshore_shipper_rules_events_total", counter, "Events that the rules have seen");
  out.sample({}, status.rules.events);
  out.family("longshore_shipper_rules_late_events_total", counter, "Events too old to be looked at by rules");
  out.sample({}, status.rules.late);
  out.family("longshore_shipper_rules_matched_events_total", counter, "Events that matched some query of a rule");
  out.sample({}, status.rules.matched);
  out.family("longshore_shipper_rules_evicted_groups_total", counter, "Groups that rules have forgotten for want of room");
  out.sample({}, status.rules.evicted);
  out.family("longshore_shipper_rules_held_alerts_total", counter, "Alerts that a mute has held back");
  out.sample({}, status.rules.held);
  out.family("longshore_shipper_rules_rolled_up_alerts_total", counter, "Alerts that became part of a roll-up");
  out.sample({}, status.rules.rolled_up);
  out.family("longshore_shipper_rules_state_bytes", gauge, "Memory of what rules remember, about");
  out.sample({}, status.rules.bytes);
  out.family("longshore_shipper_alerts_open", gauge, "Open alerts, by priority");
  std::map<std::string, std::uint64_t> open;
  for (const AlertStatus& alert : status.alerts) open[alert.priority] += alert.open ? 1 : 0;
  for (const auto& [priority, count] : open) out.sample({{"priority", priority}}, count);
  out.family("longshore_shipper_alert_sink_delivered_total", counter, "Changes of alerts that the sink has taken");
  for (const AlertSinkLine& s : status.alert_sinks) out.sample({{"sink", s.name}}, s.delivered);
  out.family("longshore_shipper_alert_sink_refused_total", counter, "Changes of alerts that the sink will never take");
  for (const AlertSinkLine& s : status.alert_sinks) out.sample({{"sink", s.name}}, s.refused);
  out.family("longshore_shipper_alert_sink_waiting", gauge, "Changes of alerts that the sink does not have yet");
  for (const AlertSinkLine& s : status.alert_sinks) out.sample({{"sink", s.name}}, s.waiting);
  out.family("longshore_shipper_resident_bytes", gauge, "Memory of the process");
  out.sample({}, status.rss_bytes);
  out.family("longshore_shipper_uptime_seconds", gauge, "Since the start");
  out.sample({}, status.uptime_seconds);
  return out.text();
}

}  // namespace longshore::shipper
