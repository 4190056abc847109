#include "rules/delivery/alertmanager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "common/base/json.hpp"
#include "common/base/utf8.hpp"
#include "rules/delivery/http_verdict.hpp"

namespace longshore::rules {
namespace {

constexpr int kEndsAhead = 4;  // times of resending: as many may fail before an alert that fires is taken for resolved
constexpr std::size_t kText = 15'000, kValue = 1024;  // characters

// Names of labels and annotations: letters, digits and underscores.
std::string name_of(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64)) {
    const bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += letter || (digit && !out.empty()) ? c : '_';
  }
  return out;
}

std::string labels(const AlertChange& change) {
  constexpr std::array<std::string_view, 5> kSeverities = {"critical", "error", "warning", "info", "info"};
  const auto priority = static_cast<std::size_t>(change.priority);
  base::JsonObject out;
  out.text("alertname", change.rule);
  out.text("alias", change.alias);
  out.text("priority", fmt::format("P{}", priority));
  out.text("severity", kSeverities[priority - 1]);
  const auto team =
      std::ranges::find(change.responders, Responder::Kind::team, [](const Responder& responder) { return responder.kind; });
  if (team != change.responders.end()) out.text_unless_empty("team", team->name);
  return out.take();
}

std::string annotations(const AlertChange& change) {
  base::JsonObject out;
  std::set<std::string> names;
  const auto add = [&](const std::string& name, std::string_view text, std::size_t most) {
    if (!name.empty() && !text.empty() && names.insert(name).second) out.text(name, base::cut_to_characters(text, most));
  };
  std::string description = change.description;
  for (const std::string& sample : change.samples) description += (description.empty() ? "" : "\n") + sample;
  add("summary", change.message.empty() ? change.rule : change.message, kValue);
  add("description", description, kText);
  add("note", change.note, kText);
  add("runbook_url", change.runbook, kValue);
  add("count", std::to_string(change.count), kValue);
  add("host", change.host, kValue);
  for (const auto& [key, value] : change.details) add(name_of(key), value, kValue);
  return out.take();
}

}  // namespace

AlertRequest AlertmanagerSink::request(const AlertChange& change, unsigned, base::Timestamp now) const {
  base::JsonObject out;
  out.value("labels", labels(change));
  out.value("annotations", annotations(change));
  // Times of events may lie ahead; an end that does would not resolve.
  const base::Timestamp at = std::min(change.at, now);
  if (change.kind != AlertChange::Kind::close) out.text("startsAt", base::format_rfc3339(at, 3));
  out.text("endsAt",
           base::format_rfc3339(change.kind == AlertChange::Kind::close ? at : now + options_.resend_every * kEndsAhead, 3));
  return {.url = options_.url + "/api/v2/alerts",
          .authorization = std::string(options_.key.reveal()),
          .body = "[" + out.take() + "]"};
}

AlertVerdict AlertmanagerSink::verdict(const AlertChange&, unsigned, const AlertAnswer& answer) const {
  if (answer.status != 200) return http_failure(answer, true);
  if (!answer.body.starts_with('<')) return {};
  return {.kind = AlertVerdict::Kind::retry, .reason = "not Alertmanager: is something between? " + what_it_said(answer)};
}

}  // namespace longshore::rules
