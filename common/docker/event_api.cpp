#include "common/docker/event_api.hpp"

#include <fmt/format.h>

#include <string>

#include "common/base/json.hpp"
#include "common/docker/json.hpp"
#include "common/http/plain_client.hpp"

namespace longshore::docker {

ApiRequest pause_events(std::string_view container, base::Timestamp since, base::Timestamp until) {
  const auto seconds = [](base::Timestamp time) {
    return fmt::format("{}.{:09}", time.ns / 1'000'000'000, time.ns % 1'000'000'000);
  };
  const std::string filter =
      fmt::format(R"({{"type":["container"],"event":["pause","unpause"],"container":[{}]}})", base::json_text(container));
  return {"GET",
          fmt::format("/events?since={}&until={}&filters={}", seconds(since), seconds(until), http::percent_encode(filter))};
}

base::Result<std::vector<PauseEvent>> read_pause_events(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::document_stream stream;
  const simdjson::padded_string text(body);
  const auto bad = [] { return base::fail(base::Code::corrupt, "the answer of the Docker API is no list of events"); };
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

}  // namespace longshore::docker
