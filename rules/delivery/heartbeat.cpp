#include "rules/delivery/heartbeat.hpp"

#include <fmt/format.h>

namespace longshore::rules {

std::optional<AlertRequest> heartbeat_request(const AlertSinkOptions& options) {
  const HeartbeatOptions& heartbeat = options.heartbeat;
  if (heartbeat.name.empty() && heartbeat.url.empty()) return std::nullopt;
  AlertRequest request{
      .method = "GET", .url = heartbeat.url, .authorization = std::string(heartbeat.authorization.reveal())};
  if (request.url.empty()) request.url = fmt::format("{}/v2/heartbeats/{}/ping", options.url, heartbeat.name);
  if (request.authorization.empty()) request.authorization = fmt::format("GenieKey {}", options.key.reveal());
  return request;
}

}  // namespace longshore::rules
