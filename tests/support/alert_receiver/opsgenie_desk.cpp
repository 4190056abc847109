#include "tests/support/alert_receiver/opsgenie_desk.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "common/base/utf8.hpp"
#include "common/http/server.hpp"

namespace longshore::alert_receiver {
namespace {

using simdjson::dom::element;

Reply refusal(int status, std::string_view why) {
  return {status, fmt::format(R"({{"message":"{}","took":0.0,"requestId":"refused"}})", why), {}};
}

std::string text_of(const element& body, std::string_view name) {
  std::string_view text;
  return body[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// Why the body of a creation breaks a limit; empty if it does not.
std::string violation(const element& body) {
  constexpr std::pair<std::string_view, std::size_t> kLimits[] = {{"message", 130}, {"alias", 512},  {"description", 15'000},
                                                                  {"entity", 512},  {"source", 100}, {"user", 100},
                                                                  {"note", 25'000}};
  for (const auto& [name, most] : kLimits)
    if (base::count_characters(text_of(body, name)) > most) return fmt::format("{} can not be longer than {}", name, most);
  if (text_of(body, "message").empty()) return "Message can not be empty";
  const std::string priority = text_of(body, "priority");
  if (!priority.empty() && (priority.size() != 2 || priority[0] != 'P' || priority[1] < '1' || priority[1] > '5'))
    return "Invalid priority";
  simdjson::dom::array tags;
  if (body["tags"].get(tags) == simdjson::SUCCESS) {
    if (tags.size() > 20) return "more than 20 tags";
    for (const element tag : tags)
      if (std::string_view text; tag.get(text) != simdjson::SUCCESS || base::count_characters(text) > 50)
        return "a tag over 50";
  }
  simdjson::dom::object details;
  std::size_t size = 0;
  if (body["details"].get(details) == simdjson::SUCCESS)
    for (const auto [key, value] : details) {
      std::string_view text;
      if (value.get(text) != simdjson::SUCCESS) return "a detail that is no text";
      size += base::count_characters(key) + base::count_characters(text);
    }
  return size > 8'000 ? "details over 8000" : "";
}

}  // namespace

bool OpsgenieDesk::known(std::string_view alias) const { return alerts_.contains(alias); }

Reply OpsgenieDesk::handle(const Request& request, std::string_view path, bool jsm, base::Timestamp now) {
  if (!request.authorization.starts_with("GenieKey ") || (!key.empty() && request.authorization != "GenieKey " + key))
    return refusal(401, "Key format is not valid!");
  if (request.method == "GET" && path.starts_with("/requests/")) return answer_question(std::string(path.substr(10)), now);
  simdjson::dom::parser parser;
  element body;
  if (parser.parse(request.body).get(body) != simdjson::SUCCESS) return refusal(400, "Could not parse JSON");
  if (request.method == "POST" && path.empty()) {
    if (const std::string why = violation(body); !why.empty()) return refusal(422, why);
    return accept("open", text_of(body, "alias"), request.body, now);
  }
  const std::size_t slash = path.rfind('/');
  if (slash == 0 || slash == std::string_view::npos || !path.starts_with('/')) return refusal(404, "no such resource");
  if (http::query_value(request.query, "identifierType") != "alias") return refusal(422, "no alert of this id");
  const std::string alias = http::decode_query(path.substr(1, slash - 1));
  const std::string what(path.substr(slash + 1));
  if (base::count_characters(text_of(body, "note")) > 25'000) return refusal(422, "note over 25000");
  if (request.method == "POST" && what == "close") return accept("close", alias, request.body, now);
  if (request.method == "POST" && what == "notes")
    return text_of(body, "note").empty() ? refusal(422, "note is empty") : accept("note", alias, request.body, now);
  if (request.method != "PUT" || jsm) return refusal(jsm ? 405 : 404, "no such resource");
  if (what != "message" && what != "description" && what != "priority") return refusal(404, "no such resource");
  if (text_of(body, what).empty()) return refusal(422, what + " is empty");
  return accept("update", alias, request.body, now);
}

Reply OpsgenieDesk::accept(std::string what, std::string alias, const std::string& body, base::Timestamp now) {
  const std::string id = fmt::format("request-{}", next_id_++);
  if (lost > 0) {
    --lost;
  } else {
    Accepted& accepted = accepted_[id] = {std::move(what), std::move(alias), body, pending, false, false, {}};
    if (pending == 0) process(accepted, now);
  }
  return {202, fmt::format(R"({{"result":"Request will be processed","took":0.01,"requestId":"{}"}})", id), {}};
}

Reply OpsgenieDesk::answer_question(const std::string& id, base::Timestamp now) {
  const auto found = accepted_.find(id);
  if (found == accepted_.end()) return refusal(404, "Request not found");
  Accepted& accepted = found->second;
  if (accepted.asks_left > 0) {
    --accepted.asks_left;
    Reply reply = refusal(404, "Request not processed yet");
    reply.headers = {{"X-Opsgenie-Errortype", "RequestNotProcessed"}};
    return reply;
  }
  if (!accepted.processed) process(accepted, now);
  return {
      200,
      fmt::format(R"({{"data":{{"success":{0},"isSuccess":{0},"status":"{1}","alias":""}},"took":0.0,"requestId":"{2}"}})",
                  accepted.success, accepted.status, id),
      {}};
}

void OpsgenieDesk::process(Accepted& accepted, base::Timestamp now) {
  accepted.processed = true;
  simdjson::dom::parser parser;
  const element body = parser.parse(accepted.body).value();
  Seen seen{now, "opsgenie", accepted.what, accepted.alias, text_of(body, "message"), true};
  const auto alert = alerts_.find(accepted.alias);
  const bool open = alert != alerts_.end();
  accepted.success = open || accepted.what == "open";
  accepted.status = accepted.success ? "Done" : "Alert does not exist";
  if (accepted.what == "open" && open) {
    ++alert->second.count;
    seen.what = "repeat";
  } else if (accepted.what == "open") {
    alerts_[accepted.alias] = {text_of(body, "message"), text_of(body, "description"), text_of(body, "priority"), 1};
  } else if (accepted.what == "close" && open) {
    alerts_.erase(alert);
  } else if (accepted.what == "update" && open) {
    if (const std::string message = text_of(body, "message"); !message.empty()) alert->second.message = message;
  } else if (accepted.what == "note") {
    seen.text = text_of(body, "note");
  }
  seen.effect = accepted.success;
  record_.add(std::move(seen));
}

}  // namespace longshore::alert_receiver
