#include "rules/delivery/pagerduty.hpp"

#include <algorithm>
#include <array>

#include "common/base/json.hpp"
#include "common/base/utf8.hpp"
#include "rules/alert/alias.hpp"
#include "rules/delivery/http_verdict.hpp"

namespace longshore::rules {
namespace {

constexpr std::size_t kSummary = 1024, kName = 255;  // characters
// Characters of all that an alert brings along: at most 6 bytes each in JSON, so that the event stays below 512 KB.
constexpr std::size_t kRoom = 80'000;
constexpr base::Duration kLeastPause = std::chrono::seconds(30);  // of a limit that is counted by the minute

std::string custom_details(const AlertChange& change) {
  base::JsonObject out;
  std::size_t room = kRoom;
  const auto cut = [&room](std::string_view text) {
    if (room == 0) return std::string();
    std::string part = base::cut_to_characters(text, room);
    room -= base::count_characters(part);
    return part;
  };
  out.text("count", std::to_string(change.count));
  out.text_unless_empty("description", cut(change.description));
  out.text_unless_empty("note", cut(change.note));
  for (const auto& [key, value] : change.details) {
    const std::string name = cut(base::cut_to_characters(key, kName)), part = cut(value);
    if (!part.empty()) out.text(name, part);
  }
  base::JsonArray samples, tags;
  for (const std::string& sample : change.samples)
    if (const std::string part = cut(sample); !part.empty()) samples.text(part);
  for (const std::string& tag : change.tags)
    if (const std::string part = cut(tag); !part.empty()) tags.text(part);
  out.value("samples", samples.take());
  out.value("tags", tags.take());
  return out.take();
}

std::string payload(const AlertChange& change) {
  constexpr std::array<std::string_view, 5> kSeverities = {"critical", "error", "warning", "info", "info"};
  base::JsonObject out;
  out.text("summary", base::cut_to_characters(change.message.empty() ? change.rule : change.message, kSummary));
  const std::string& source = change.source.empty() ? change.host : change.source;
  out.text("source", base::cut_to_characters(source.empty() ? change.rule : source, kName));
  out.text("severity", kSeverities[static_cast<std::size_t>(change.priority) - 1]);
  out.text("timestamp", base::format_rfc3339(change.at, 3));
  out.text("class", base::cut_to_characters(change.rule, kName));
  out.value("custom_details", custom_details(change));
  return out.take();
}

}  // namespace

AlertRequest PagerdutySink::request(const AlertChange& change, unsigned, base::Timestamp) const {
  base::JsonObject out;
  out.text("routing_key", options_.key.reveal());
  out.text("dedup_key", shorten_name(change.alias, kName));
  if (change.kind == AlertChange::Kind::close) {
    out.text("event_action", "resolve");
  } else {
    out.text("event_action", "trigger");
    out.value("payload", payload(change));
    if (!change.runbook.empty()) {
      base::JsonObject link;
      link.text("href", base::cut_to_characters(change.runbook, kSummary));
      link.text("text", "runbook");
      out.value("links", "[" + link.take() + "]");
    }
  }
  return {.url = options_.url + "/v2/enqueue", .body = out.take()};
}

AlertVerdict PagerdutySink::verdict(const AlertChange&, unsigned, const AlertAnswer& answer) const {
  if (answer.status == 202) return {};
  AlertVerdict failed = http_failure(answer, true);
  if (answer.status == 429) failed.pause = std::max(failed.pause, kLeastPause);
  return failed;
}

}  // namespace longshore::rules
