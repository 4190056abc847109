#include "rules/delivery/opsgenie.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

#include "common/base/json.hpp"
#include "common/base/utf8.hpp"
#include "rules/delivery/http_verdict.hpp"

namespace longshore::rules {
namespace {

using Kind = AlertVerdict::Kind;
using Change = AlertChange::Kind;
constexpr std::size_t kMessage = 130, kAlias = 512, kDescription = 15'000, kNote = 25'000, kSource = 100, kTags = 20,
                      kTag = 50, kDetails = 8'000, kResponders = 50;  // characters; tags, responders: how many
constexpr std::size_t kLongestRequestId = 128;

std::string details(const AlertChange& change) {
  base::JsonObject out;
  std::size_t room = kDetails;  // characters of keys and values
  const auto add = [&](std::string_view key, std::string_view value) {
    const std::size_t size = base::count_characters(key);
    if (value.empty() || size >= room) return;  // the key goes whole or not at all
    room -= size;
    const std::string cut = base::cut_to_characters(value, room);
    out.text(key, cut);
    room -= base::count_characters(cut);
  };
  add("rule", change.rule);
  add("count", std::to_string(change.count));
  add("runbook", change.runbook);
  add("host", change.host);
  for (const auto& [key, value] : change.details) add(base::cut_to_characters(key, kTag), value);
  return out.take();
}

std::string responders(const AlertChange& change) {
  constexpr std::array<std::string_view, 4> kTypes = {"team", "user", "escalation", "schedule"};
  base::JsonArray out;
  for (std::size_t i = 0; i < std::min(change.responders.size(), kResponders); ++i) {
    const Responder& responder = change.responders[i];
    base::JsonObject one;
    one.text("type", kTypes[static_cast<std::size_t>(responder.kind)]);
    one.text(responder.kind == Responder::Kind::user ? "username" : "name", responder.name);
    out.value(one.take());
  }
  return out.take();
}

std::string message(const AlertChange& change) {
  return base::cut_to_characters(change.message.empty() ? change.rule : change.message, kMessage);
}

std::string description(const AlertChange& change) {
  std::string out = change.description;
  for (const std::string& sample : change.samples) out += (out.empty() ? "" : "\n") + sample;
  return base::cut_to_characters(out, kDescription);
}

std::string priority(const AlertChange& change) { return fmt::format("P{}", static_cast<unsigned>(change.priority)); }

std::string source(const AlertChange& change) {
  return base::cut_to_characters(change.source.empty() ? change.host : change.source, kSource);
}

std::string create_body(const AlertChange& change) {
  base::JsonObject out;
  out.text("message", message(change));
  out.text("alias", base::cut_to_characters(change.alias, kAlias));
  out.text("description", description(change));
  out.text("priority", priority(change));
  out.text("source", source(change));
  out.text_unless_empty("note", base::cut_to_characters(change.note, kNote));
  base::JsonArray tags;
  for (std::size_t i = 0; i < std::min(change.tags.size(), kTags); ++i)
    tags.text(base::cut_to_characters(change.tags[i], kTag));
  out.value("tags", tags.take());
  out.value("details", details(change));
  out.value("responders", responders(change));
  return out.take();
}

std::string note_body(std::string_view note, const AlertChange& change) {
  base::JsonObject out;
  out.text("note", base::cut_to_characters(note, kNote));
  out.text("source", source(change));
  return out.take();
}

std::string one_member(std::string_view name, std::string_view text) {
  base::JsonObject out;
  out.text(name, text);
  return out.take();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// Whether the request makes an alert, so that it needs none.
bool creates(const AlertChange& change, unsigned step) {
  return change.kind == Change::open || (change.kind == Change::repeat && step == 0);
}

}  // namespace

AlertRequest OpsgenieSink::to(std::string_view method, std::string_view path, std::string body) const {
  return {.method = std::string(method),
          .url = fmt::format("{}/v2/alerts{}", options_.url, path),
          .authorization = fmt::format("GenieKey {}", options_.key.reveal()),
          .body = std::move(body)};
}

unsigned OpsgenieSink::steps(const AlertChange& change) const {
  if (change.kind != Change::repeat) return 1;
  return options_.updates == AlertUpdates::note ? 2 : 4;
}

AlertRequest OpsgenieSink::request(const AlertChange& change, unsigned step, base::Timestamp) const {
  if (creates(change, step)) return to("POST", "", create_body(change));
  const auto of_alert = [&](std::string_view method, std::string_view what, std::string body) {
    return to(method,
              fmt::format("/{}/{}?identifierType=alias", escaped(base::cut_to_characters(change.alias, kAlias)), what),
              std::move(body));
  };
  switch (change.kind) {
    case Change::close:
      return of_alert("POST", "close", note_body(change.note.empty() ? "closed by its rule" : change.note, change));
    case Change::note:
      return of_alert("POST", "notes", note_body(change.note, change));
    default:
      if (options_.updates == AlertUpdates::note)
        return of_alert("POST", "notes", note_body(fmt::format("{} so far: {}", change.count, message(change)), change));
      if (step == 1) return of_alert("PUT", "message", one_member("message", message(change)));
      if (step == 2) {
        const std::string text = description(change);  // OpsGenie takes none that is empty
        return of_alert("PUT", "description", one_member("description", text.empty() ? message(change) : text));
      }
      return of_alert("PUT", "priority", one_member("priority", priority(change)));
  }
}

AlertRequest OpsgenieSink::question(const std::string& request_id) const {
  return to("GET", "/requests/" + escaped(request_id));
}

AlertVerdict OpsgenieSink::verdict(const AlertChange& change, unsigned step, const AlertAnswer& answer) const {
  if (answer.status != 202) return http_failure(answer, creates(change, step));
  simdjson::dom::parser parser;
  std::string_view id;
  if (parser.parse(simdjson::padded_string(answer.body))["requestId"].get(id) != simdjson::SUCCESS || id.empty() ||
      id.size() > kLongestRequestId)
    return {.kind = Kind::retry, .reason = "accepted without a requestId: is something between? " + what_it_said(answer)};
  return {.kind = Kind::ask, .request_id = std::string(id)};
}

AlertVerdict OpsgenieSink::verdict_of_question(const AlertChange& change, unsigned step, const AlertAnswer& answer) const {
  if (answer.status == 404)
    return {.kind = answer.error_type == "RequestNotProcessed" ? Kind::pending : Kind::resend,
            .reason = what_it_said(answer)};
  if (answer.status != 200) {
    AlertVerdict failed = http_failure(answer, true);
    if (failed.kind == Kind::refused) failed.kind = Kind::resend;  // the question is refused, not the alert
    return failed;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element data;
  bool success = false;
  if (parser.parse(simdjson::padded_string(answer.body))["data"].get(data) != simdjson::SUCCESS ||
      (data["isSuccess"].get(success) != simdjson::SUCCESS && data["success"].get(success) != simdjson::SUCCESS))
    return {.kind = Kind::retry, .reason = "not the state of a request: " + what_it_said(answer)};
  // What is said of an alert that somebody has closed by hand has reached what it wanted.
  if (success || !creates(change, step)) return {};
  std::string_view status;
  if (data["status"].get(status) != simdjson::SUCCESS) status = "no reason given";
  return {.kind = Kind::refused, .reason = base::cut_to_characters(status, 200)};
}

}  // namespace longshore::rules
