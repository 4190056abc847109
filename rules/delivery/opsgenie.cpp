#include "rules/delivery/opsgenie.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "rules/delivery/runes.hpp"

namespace longshore::rules {
namespace {

using Kind = AlertVerdict::Kind;
constexpr std::size_t kMessage = 130, kAlias = 512, kDescription = 15'000, kNote = 25'000, kSource = 100, kTags = 20,
                      kTag = 50, kDetails = 8'000;  // characters; tags: how many
constexpr std::size_t kLongestRequestId = 128;
constexpr base::Duration kLongestPause = std::chrono::hours(1);
constexpr base::Duration kUntilMended = std::chrono::minutes(1);

void member(std::string& out, std::string_view name, std::string_view text) {
  out += out.size() > 1 ? "," : "";
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
}

// Characters of one pair within `room`; the key goes whole or not at all.
std::string details(const AlertChange& change) {
  std::string out = "{";
  std::size_t room = kDetails;
  const auto add = [&](std::string_view key, std::string_view value) {
    if (value.empty() || key.size() >= room) return;
    room -= key.size();
    const std::string cut = cut_to_runes(value, room);
    member(out, key, cut);
    room -= static_cast<std::size_t>(std::ranges::count_if(cut, [](char c) { return (c & 0xC0) != 0x80; }));
  };
  add("rule", change.rule);
  add("count", std::to_string(change.count));
  add("runbook", change.runbook);
  add("host", change.host);
  for (const auto& [key, value] : change.details) add(cut_to_runes(key, kTag), value);
  return out + "}";
}

std::string responders(const AlertChange& change) {
  constexpr std::array<std::string_view, 4> kTypes = {"team", "user", "escalation", "schedule"};
  std::string out = "[";
  for (const Responder& responder : change.responders) {
    std::string one = "{";
    member(one, "type", kTypes[static_cast<std::size_t>(responder.kind)]);
    member(one, responder.kind == Responder::Kind::user ? "username" : "name", responder.name);
    out += (out.size() > 1 ? "," : "") + one + "}";
  }
  return out + "]";
}

std::string description(const AlertChange& change) {
  std::string out = change.description;
  for (const std::string& sample : change.samples) out += (out.empty() ? "" : "\n") + sample;
  return cut_to_runes(out, kDescription);
}

std::string create_body(const AlertChange& change) {
  std::string out = "{", tags;
  const std::string message = change.message.empty() ? change.rule : change.message;
  member(out, "message", cut_to_runes(message, kMessage));
  member(out, "alias", cut_to_runes(change.alias, kAlias));
  member(out, "description", description(change));
  member(out, "priority", fmt::format("P{}", static_cast<unsigned>(change.priority)));
  member(out, "source", cut_to_runes(change.source.empty() ? change.host : change.source, kSource));
  if (!change.note.empty()) member(out, "note", cut_to_runes(change.note, kNote));
  for (std::size_t i = 0; i < std::min(change.tags.size(), kTags); ++i) {
    tags += i == 0 ? "" : ",";
    append_json_string(tags, cut_to_runes(change.tags[i], kTag));
  }
  return out + R"(,"tags":[)" + tags + R"(],"details":)" + details(change) + R"(,"responders":)" + responders(change) + "}";
}

std::string note_body(const AlertChange& change) {
  std::string out = "{";
  member(out, "note", cut_to_runes(change.note.empty() ? "closed by its rule" : change.note, kNote));
  member(out, "source", cut_to_runes(change.source.empty() ? change.host : change.source, kSource));
  return out + "}";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

base::Duration seconds(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return std::min<base::Duration>(std::chrono::seconds(whole ? value : 0), kLongestPause);
}

std::string what_it_said(const AlertAnswer& answer) {
  if (answer.status == 0) return std::string(answer.body);
  return fmt::format("answered {}: {}", answer.status, cut_to_runes(answer.body, 80));
}

// What an answer without success means, to any request.
AlertVerdict failure(const AlertAnswer& answer) {
  // A wrong key or an expired plan refuses every alert: they wait for a person instead of being thrown away.
  if (answer.status >= 401 && answer.status <= 403)
    return {.kind = Kind::retry,
            .reason = what_it_said(answer) + "; check the API key: it must be one of an integration that may create alerts",
            .request_id = {},
            .pause = kUntilMended};
  const bool again =
      answer.status < 400 || answer.status == 408 || answer.status == 429 || (answer.status >= 500 && answer.status != 501);
  return {.kind = again ? Kind::retry : Kind::refused,
          .reason = what_it_said(answer),
          .request_id = {},
          .pause = std::max(seconds(answer.retry_after),
                            answer.status == 429 ? seconds(answer.rate_limit_period) : base::Duration{})};
}

}  // namespace

AlertRequest opsgenie_request(const OpsgenieOptions& options, const AlertChange& change) {
  AlertRequest request{.method = "POST",
                       .url = options.base_url + "/v2/alerts",
                       .authorization = fmt::format("GenieKey {}", options.api_key.reveal()),
                       .body = {}};
  const bool closes = change.kind == AlertChange::Kind::close;
  if (closes || change.kind == AlertChange::Kind::note) {
    request.url +=
        "/" + escaped(cut_to_runes(change.alias, kAlias)) + (closes ? "/close" : "/notes") + "?identifierType=alias";
    request.body = note_body(change);
  } else {
    request.body = create_body(change);
  }
  return request;
}

AlertRequest opsgenie_question(const OpsgenieOptions& options, std::string_view request_id) {
  return {.method = "GET",
          .url = options.base_url + "/v2/alerts/requests/" + escaped(request_id),
          .authorization = fmt::format("GenieKey {}", options.api_key.reveal()),
          .body = {}};
}

AlertVerdict opsgenie_verdict(const AlertAnswer& answer) {
  if (answer.status != 202) return failure(answer);
  simdjson::dom::parser parser;
  std::string_view id;
  if (parser.parse(simdjson::padded_string(answer.body))["requestId"].get(id) != simdjson::SUCCESS || id.empty() ||
      id.size() > kLongestRequestId)
    return {.kind = Kind::retry,
            .reason = "accepted without a requestId: is something between? " + what_it_said(answer),
            .request_id = {}};
  return {.kind = Kind::ask, .reason = {}, .request_id = std::string(id)};
}

AlertVerdict opsgenie_verdict_of_question(const AlertAnswer& answer, AlertChange::Kind kind) {
  if (answer.status == 404)
    return {.kind = answer.error_type == "RequestNotProcessed" ? Kind::pending : Kind::resend,
            .reason = what_it_said(answer),
            .request_id = {}};
  if (answer.status != 200) return failure(answer);
  simdjson::dom::parser parser;
  simdjson::dom::element data;
  bool success = false;
  if (parser.parse(simdjson::padded_string(answer.body))["data"].get(data) != simdjson::SUCCESS ||
      (data["isSuccess"].get(success) != simdjson::SUCCESS && data["success"].get(success) != simdjson::SUCCESS))
    return {.kind = Kind::retry, .reason = "not the state of a request: " + what_it_said(answer), .request_id = {}};
  if (success || kind == AlertChange::Kind::close) return {};
  std::string_view status;
  if (data["status"].get(status) != simdjson::SUCCESS) status = "no reason given";
  return {.kind = Kind::refused, .reason = cut_to_runes(status, 200), .request_id = {}};
}

}  // namespace longshore::rules
