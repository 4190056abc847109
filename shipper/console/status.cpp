#include "shipper/console/status.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "shipper/console/json_string.hpp"

namespace longshore::shipper {
namespace {

template <class Map>
std::string object(const Map& map) {
  std::string out = "{";
  for (const auto& [key, value] : map) out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", json_string(key), value);
  return out + "}";
}

// Missing members keep their defaults, so that a `top` of another version still shows what it knows.
void read(simdjson::dom::element from, const char* key, std::string& to) {
  std::string_view text;
  if (from[key].get(text) == simdjson::SUCCESS) to = text;
}
template <class Number>
void read(simdjson::dom::element from, const char* key, Number& to) {
  Number number{};
  if (from[key].get(number) == simdjson::SUCCESS) to = number;
}
template <class Number>
void read(simdjson::dom::element from, const char* key, std::map<std::string, Number>& to) {
  simdjson::dom::object members;
  if (from[key].get(members) != simdjson::SUCCESS) return;
  for (const auto& [name, value] : members) {
    Number number{};
    if (value.get(number) == simdjson::SUCCESS) to[std::string(name)] = number;
  }
}
template <class Visit>
void each(simdjson::dom::element from, const char* key, Visit visit) {
  simdjson::dom::array items;
  if (from[key].get(items) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element item : items) visit(item);
}

}  // namespace

std::string to_json(const Status& s) {
  std::string out =
      fmt::format(R"({{"version":{},"started":{},"state":{},"uptime_seconds":{:.3f},"rss_bytes":{},"sources":[)",
                  json_string(s.version), json_string(s.started), json_string(s.state), s.uptime_seconds, s.rss_bytes);
  for (const SourceStatus& source : s.sources) {
    out +=
        fmt::format(R"({}{{"name":{},"received":{},"bytes":{},"dropped":{},"gauges":{}}})", out.back() == '[' ? "" : ",",
                    json_string(source.name), source.received, source.bytes, object(source.dropped), object(source.gauges));
  }
  const SpoolStatus& spool = s.spool;
  out += fmt::format(
      R"(],"pending_events":{},"spooled_events":{},"spool":{{"bytes":{},"max_bytes":{},"segments":{},"first_seq":{},"next_seq":{},)"
      R"("corrupt_blocks":{},"torn_bytes":{},"lost_events":{},"stalled":{}}},"sinks":[)",
      s.pending_events, s.spooled_events, spool.bytes, spool.max_bytes, spool.segments, spool.first_seq, spool.next_seq,
      spool.corrupt_blocks, spool.torn_bytes, spool.lost_events, json_string(spool.stalled));
  for (const SinkStatus& sink : s.sinks) {
    out += fmt::format(
        R"({}{{"name":{},"type":{},"state":{},"delivered":{},"delivered_bytes":{},"dead_lettered":{},"retries":{},"backlog":{},)"
        R"("backlog_seconds":{:.3f},"in_flight":{},"last_error":{}}})",
        out.back() == '[' ? "" : ",", json_string(sink.name), json_string(sink.type), json_string(sink.state),
        sink.delivered, sink.delivered_bytes, sink.dead_lettered, sink.retries, sink.backlog, sink.backlog_seconds,
        sink.in_flight, json_string(sink.last_error));
  }
  out += "],\"alerts\":[";
  for (const AlertStatus& alert : s.alerts)
    out += fmt::format(R"({}{{"rule":{},"alias":{},"priority":{},"open":{},"at":{},"count":{},"message":{},"note":{}}})",
                       out.back() == '[' ? "" : ",", json_string(alert.rule), json_string(alert.alias),
                       json_string(alert.priority), alert.open, json_string(alert.at), alert.count,
                       json_string(alert.message), json_string(alert.note));
  out += "],\"alert_sinks\":[";
  for (const AlertSinkLine& sink : s.alert_sinks)
    out += fmt::format(R"({}{{"name":{},"state":{},"waiting":{},"delivered":{},"refused":{},"last_error":{}}})",
                       out.back() == '[' ? "" : ",", json_string(sink.name), json_string(sink.state), sink.waiting,
                       sink.delivered, sink.refused, json_string(sink.last_error));
  out += "],\"annotations\":[";
  for (const AnnotationStatus& each : s.annotations)
    out += fmt::format(R"({}{{"kind":{},"environment":{},"composition":{},"rollout":{},"by":{},"since":{},"until":{}}})",
                       out.back() == '[' ? "" : ",", json_string(each.kind), json_string(each.environment),
                       json_string(each.composition), json_string(each.rollout), json_string(each.by),
                       json_string(each.since), json_string(each.until));
  const RulesStatus& rules = s.rules;
  out += fmt::format(
      R"(],"rules":{{"loaded":{},"problems":{},"events":{},"late":{},"matched":{},"evicted":{},"held":{},"rolled_up":{},"bytes":{}}})",
      rules.loaded, json_string(rules.problems), rules.events, rules.late, rules.matched, rules.evicted, rules.held,
      rules.rolled_up, rules.bytes);
  return out + "}\n";
}

std::string to_json(const std::vector<RuleStateLine>& rules) {
  std::string out = "{\"rules\":[";
  for (const RuleStateLine& rule : rules)
    out += fmt::format(R"({}{{"rule":{},"matches":{},"groups":{},"open":{},"held":{},"muted":{},"last_match":{}}})",
                       out.back() == '[' ? "" : ",\n", json_string(rule.rule), rule.matches, rule.groups, rule.open,
                       rule.held, json_string(rule.muted), json_string(rule.last_match));
  return out + "]}\n";
}

base::Result<Status> parse_status(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS)
    return base::fail(base::Code::invalid, fmt::format("status is not JSON: {}", simdjson::error_message(error)));
  Status s;
  read(root, "version", s.version);
  read(root, "started", s.started);
  read(root, "state", s.state);
  read(root, "uptime_seconds", s.uptime_seconds);
  read(root, "rss_bytes", s.rss_bytes);
  read(root, "pending_events", s.pending_events);
  read(root, "spooled_events", s.spooled_events);
  each(root, "sources", [&](simdjson::dom::element item) {
    SourceStatus& source = s.sources.emplace_back();
    read(item, "name", source.name);
    read(item, "received", source.received);
    read(item, "bytes", source.bytes);
    read(item, "dropped", source.dropped);
    read(item, "gauges", source.gauges);
  });
  if (simdjson::dom::element spool; root["spool"].get(spool) == simdjson::SUCCESS) {
    read(spool, "bytes", s.spool.bytes);
    read(spool, "max_bytes", s.spool.max_bytes);
    read(spool, "segments", s.spool.segments);
    read(spool, "first_seq", s.spool.first_seq);
    read(spool, "next_seq", s.spool.next_seq);
    read(spool, "corrupt_blocks", s.spool.corrupt_blocks);
    read(spool, "torn_bytes", s.spool.torn_bytes);
    read(spool, "lost_events", s.spool.lost_events);
    read(spool, "stalled", s.spool.stalled);
  }
  each(root, "sinks", [&](simdjson::dom::element item) {
    SinkStatus& sink = s.sinks.emplace_back();
    read(item, "name", sink.name);
    read(item, "type", sink.type);
    read(item, "state", sink.state);
    read(item, "delivered", sink.delivered);
    read(item, "delivered_bytes", sink.delivered_bytes);
    read(item, "dead_lettered", sink.dead_lettered);
    read(item, "retries", sink.retries);
    read(item, "backlog", sink.backlog);
    read(item, "backlog_seconds", sink.backlog_seconds);
    read(item, "in_flight", sink.in_flight);
    read(item, "last_error", sink.last_error);
  });
  each(root, "alerts", [&](simdjson::dom::element item) {
    AlertStatus& alert = s.alerts.emplace_back();
    read(item, "rule", alert.rule);
    read(item, "alias", alert.alias);
    read(item, "priority", alert.priority);
    read(item, "open", alert.open);
    read(item, "at", alert.at);
    read(item, "count", alert.count);
    read(item, "message", alert.message);
    read(item, "note", alert.note);
  });
  each(root, "alert_sinks", [&](simdjson::dom::element item) {
    AlertSinkLine& sink = s.alert_sinks.emplace_back();
    read(item, "name", sink.name);
    read(item, "state", sink.state);
    read(item, "waiting", sink.waiting);
    read(item, "delivered", sink.delivered);
    read(item, "refused", sink.refused);
    read(item, "last_error", sink.last_error);
  });
  each(root, "annotations", [&](simdjson::dom::element item) {
    AnnotationStatus& annotation = s.annotations.emplace_back();
    read(item, "kind", annotation.kind);
    read(item, "environment", annotation.environment);
    read(item, "composition", annotation.composition);
    read(item, "rollout", annotation.rollout);
    read(item, "by", annotation.by);
    read(item, "since", annotation.since);
    read(item, "until", annotation.until);
  });
  if (simdjson::dom::element rules; root["rules"].get(rules) == simdjson::SUCCESS) {
    read(rules, "loaded", s.rules.loaded);
    read(rules, "problems", s.rules.problems);
    read(rules, "events", s.rules.events);
    read(rules, "late", s.rules.late);
    read(rules, "matched", s.rules.matched);
    read(rules, "evicted", s.rules.evicted);
    read(rules, "held", s.rules.held);
    read(rules, "rolled_up", s.rules.rolled_up);
    read(rules, "bytes", s.rules.bytes);
  }
  return s;
}

}  // namespace longshore::shipper
