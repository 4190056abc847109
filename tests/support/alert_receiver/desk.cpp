#include "tests/support/alert_receiver/desk.hpp"

#include <simdjson.h>

#include <algorithm>

#include "common/base/utf8.hpp"
#include "common/http/server.hpp"

namespace longshore::alert_receiver {
namespace {

using simdjson::dom::element;

std::string text_at(const element& body, std::string_view pointer) {
  std::string_view text;
  return body.at_pointer(pointer).get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// A name of a label or annotation, as the data model of Prometheus has it.
bool is_name(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool are_texts_by_name(const element& alert, std::string_view member) {
  simdjson::dom::object object;
  if (alert[member].get(object) != simdjson::SUCCESS) return false;
  return std::all_of(object.begin(), object.end(),
                     [](const auto& pair) { return is_name(pair.key) && pair.value.is_string(); });
}

}  // namespace

Reply Desk::handle(const Request& request, base::Timestamp now) {
  constexpr std::string_view kJsm = "/jsm/ops/integration", kAlerts = "/v2/alerts", kBeats = "/v2/heartbeats/";
  std::string_view path = request.path;
  if (path == "/api/v2/alerts") return alertmanager(request, now);
  if (path == "/v2/enqueue") return pagerduty(request, now);
  if (path.ends_with("/ping") && path.contains("/heartbeats/")) {
    const std::string name = path.starts_with(kBeats)
                                 ? std::string(path.substr(kBeats.size(), path.size() - kBeats.size() - 5))
                                 : http::query_value(request.query, "name");
    record.add({now, "heartbeat", "ping", name, request.authorization.empty() ? "" : "authorized", true});
    return {202, R"({"result":"PONG - Heartbeat received"})", {}};
  }
  const bool jsm = path.starts_with(kJsm);
  if (jsm) path.remove_prefix(kJsm.size());
  if (path.starts_with(kAlerts)) return opsgenie.handle(request, path.substr(kAlerts.size()), jsm, now);
  return request.method == "POST" ? webhook(request, now) : Reply{404, "no such page", {}};
}

Reply Desk::pagerduty(const Request& request, base::Timestamp now) {
  const auto invalid = [](std::string_view why) {
    return Reply{400, R"({"status":"invalid event","errors":[")" + std::string(why) + "\"]}", {}};
  };
  simdjson::dom::parser parser;
  element body;
  if (request.body.size() > 512 * 1024) return invalid("over 512 KB");
  if (parser.parse(request.body).get(body) != simdjson::SUCCESS) return invalid("not JSON");
  const std::string key = text_at(body, "/dedup_key"), action = text_at(body, "/event_action");
  const std::string summary = text_at(body, "/payload/summary"), severity = text_at(body, "/payload/severity");
  if (text_at(body, "/routing_key").empty()) return invalid("no routing_key");
  if (key.empty() || base::count_characters(key) > 255) return invalid("dedup_key");
  const bool open = incidents_.contains(key);
  if (action == "trigger") {
    if (summary.empty() || base::count_characters(summary) > 1024) return invalid("summary");
    if (text_at(body, "/payload/source").empty()) return invalid("no source");
    if (severity != "critical" && severity != "error" && severity != "warning" && severity != "info")
      return invalid("severity");
    incidents_[key] = summary;
    record.add({now, "pagerduty", open ? "repeat" : "open", key, summary, true});
  } else if (action == "resolve") {
    incidents_.erase(key);
    record.add({now, "pagerduty", "close", key, "", open});
  } else {
    return invalid("event_action");
  }
  return {202, R"({"status":"success","message":"Event processed"})", {}};
}

Reply Desk::alertmanager(const Request& request, base::Timestamp now) {
  expire(now);
  simdjson::dom::parser parser;
  simdjson::dom::array alerts;
  if (parser.parse(request.body).get(alerts) != simdjson::SUCCESS) return {400, "\"not a list\"", {}};
  for (const element alert : alerts) {
    const auto ends = base::parse_rfc3339(text_at(alert, "/endsAt")),
               starts = base::parse_rfc3339(text_at(alert, "/startsAt"));
    const std::string alias = text_at(alert, "/labels/alias");
    if (!are_texts_by_name(alert, "labels") || !are_texts_by_name(alert, "annotations") ||
        text_at(alert, "/labels/alertname").empty() || !ends || (starts && *starts > *ends))
      return {400, "\"invalid alert\"", {}};
    const std::string labels = simdjson::minify(alert["labels"].value());
    const bool firing = firing_.contains(labels), fires = *ends > now;
    if (fires)
      firing_[labels] = {alias, *ends};
    else
      firing_.erase(labels);
    record.add({now, "alertmanager", fires ? (firing ? "repeat" : "open") : "close", alias,
                text_at(alert, "/annotations/summary"), fires || firing});
  }
  return {200, "", {}};
}

void Desk::expire(base::Timestamp now) {
  for (auto next = firing_.begin(); next != firing_.end();) {
    const auto alert = next++;
    if (alert->second.ends > now) continue;
    record.add({now, "alertmanager", "close", alert->second.alias, "expired", true});
    firing_.erase(alert);
  }
}

Reply Desk::webhook(const Request& request, base::Timestamp now) {
  simdjson::dom::parser parser;
  element body;
  if (parser.parse(request.body).get(body) != simdjson::SUCCESS) return {400, "not JSON", {}};
  const std::string loggly = text_at(body, "/alert_name");
  // What comes again is known by its episode, kind and count.
  std::uint64_t count = 0;
  if (body["count"].get(count) != simdjson::SUCCESS) count = 0;
  const std::string key =
      loggly.empty() ? text_at(body, "/episode") + " " + text_at(body, "/kind") + std::to_string(count) : request.body;
  const bool first = posted_.insert(key).second;
  if (!loggly.empty())
    record.add({now, "webhook", "open", loggly, text_at(body, "/search_link"), first});
  else
    record.add({now, "webhook", text_at(body, "/kind"), text_at(body, "/alias"), text_at(body, "/message"), first});
  return {200, "{}", {}};
}

}  // namespace longshore::alert_receiver
