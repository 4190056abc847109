#include "common/docker/engine_api.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "common/http/plain_client.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using base::fail;
using base::Result;
using http::percent_encode;

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", c);
    else
      out += c;
  }
  return out + '"';
}

ApiRequest act(std::string_view container, std::string_view what) {
  return {"POST", fmt::format("/v1.24/containers/{}/{}", percent_encode(container), what)};
}

Container read_container(simdjson::dom::element element) {
  Container container;
  std::string_view text;
  if (element["Id"].get(text) == simdjson::SUCCESS) container.id = text;
  if (element["State"].get(text) == simdjson::SUCCESS) container.state = text;
  if (element["Names"].at(0).get(text) == simdjson::SUCCESS) container.name = text.substr(text.starts_with('/') ? 1 : 0);
  simdjson::dom::object labels;
  if (element["Labels"].get(labels) == simdjson::SUCCESS)
    for (const auto& [key, value] : labels)
      if (value.get(text) == simdjson::SUCCESS) container.labels.emplace(key, text);
  return container;
}

}  // namespace

ApiRequest list_containers(const std::vector<std::string>& labels) {
  std::string filter;
  for (const std::string& label : labels) filter += (filter.empty() ? "" : ",") + json_text(label);
  const std::string query = filter.empty() ? "" : "?filters=" + percent_encode("{\"label\":[" + filter + "]}");
  return {"GET", "/v1.24/containers/json" + query};
}
ApiRequest kill_container(std::string_view container, std::string_view signal) {
  return act(container, "kill?signal=" + percent_encode(signal));
}
ApiRequest pause_container(std::string_view container) { return act(container, "pause"); }
ApiRequest unpause_container(std::string_view container) { return act(container, "unpause"); }
ApiRequest pause_events(std::string_view container, base::Timestamp since, base::Timestamp until) {
  const auto seconds = [](base::Timestamp time) {
    return fmt::format("{}.{:09}", time.ns / 1'000'000'000, time.ns % 1'000'000'000);
  };
  const std::string filter =
      fmt::format(R"({{"type":["container"],"event":["pause","unpause"],"container":[{}]}})", json_text(container));
  return {"GET",
          fmt::format("/v1.24/events?since={}&until={}&filters={}", seconds(since), seconds(until), percent_encode(filter))};
}
ApiRequest ping() { return {"GET", "/_ping"}; }

Result<std::vector<Container>> read_containers(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  if (parser.parse(simdjson::padded_string(body)).get(array) != simdjson::SUCCESS)
    return fail(Code::corrupt, "the answer of the Docker API is no list of containers");
  std::vector<Container> containers;
  for (const simdjson::dom::element element : array) {
    Container container = read_container(element);
    if (container.id.empty()) return fail(Code::corrupt, "the Docker API lists a container without an id");
    containers.push_back(std::move(container));
  }
  return containers;
}

Result<std::vector<PauseEvent>> read_pause_events(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::document_stream stream;
  const simdjson::padded_string text(body);
  const auto bad = [] { return fail(Code::corrupt, "the answer of the Docker API is no list of events"); };
  if (body.find_first_not_of(" \r\n\t") == body.npos) return std::vector<PauseEvent>();
  if (parser.parse_many(text, body.size() + simdjson::dom::MINIMAL_BATCH_SIZE).get(stream) != simdjson::SUCCESS)
    return bad();
  std::vector<PauseEvent> events;
  for (const auto document : stream) {
    std::string_view action;
    std::int64_t nanoseconds = 0;
    if (document["Action"].get(action) != simdjson::SUCCESS || document["timeNano"].get(nanoseconds) != simdjson::SUCCESS)
      return bad();
    if (action == "pause" || action == "unpause") events.push_back({action == "pause", {nanoseconds}});
  }
  if (stream.truncated_bytes() != 0) return bad();
  return events;
}

Result<void> check_answer(int status, std::string_view body) {
  if (status < 300 || status == 304) return {};
  simdjson::dom::parser parser;
  std::string_view message = body;
  simdjson::dom::element root;
  if (parser.parse(simdjson::padded_string(body)).get(root) == simdjson::SUCCESS) {
    std::string_view told;
    if (root["message"].get(told) == simdjson::SUCCESS) message = told;
  }
  Code code = status >= 500 ? Code::unavailable : Code::invalid;
  if (status == 404) code = Code::not_found;
  if (status == 409) code = Code::exists;
  if (status == 401 || status == 403) code = Code::permission;
  return fail(code, fmt::format("the Docker API answers {}: {}", status, message.substr(0, 200)));
}

}  // namespace longshore::docker
