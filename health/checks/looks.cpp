#include "health/checks/looks.hpp"

#include <fmt/format.h>

#include "common/http/plain_client.hpp"
#include "common/io/blocking_stream.hpp"

namespace longshore::health {

Outcome look_at_http(const ProbeOptions& probe) {
  const auto answer =
      http::send_plain({.url = probe.http, .headers = probe.headers, .timeout = probe.timeout, .body_limit = 1 << 20});
  if (!answer) return {Found::failed, answer.error().message};
  if (answer->status != probe.status)
    return {Found::failed, fmt::format("{} answers {}, not {}", probe.http, answer->status, probe.status)};
  if (answer->body.find(probe.contains) == std::string::npos)
    return {Found::failed, fmt::format("{} answers without \"{}\"", probe.http, probe.contains)};
  return {Found::passed};
}

Outcome look_at_tcp(const ProbeOptions& probe) {
  const auto endpoint = io::parse_endpoint("tcp://" + probe.tcp);
  if (!endpoint) return {Found::failed, endpoint.error().message};
  const auto stream = io::BlockingStream::connect(*endpoint, probe.timeout);
  return stream ? Outcome{Found::passed} : Outcome{Found::failed, stream.error().message};
}

Outcome look_at_container(const docker::Engine& engine, const std::string& container) {
  // First whether there is a daemon: no socket is another "not found" than no container.
  if (const auto daemon = engine.ping(); !daemon) return {Found::unknown, daemon.error().message};
  const auto names = engine.find(container);
  if (!names) return {Found::unknown, names.error().message};
  if (names->empty()) return {Found::failed, fmt::format("no container with {} runs", container)};
  for (const std::string& name : *names) {
    const auto details = engine.inspect(name);
    if (!details && details.error().code == base::Code::not_found)
      return {Found::failed, fmt::format("there is no container {}", name)};
    if (!details) return {Found::unknown, details.error().message};
    if (details->status != "running")
      return {Found::failed, fmt::format("container {} is {}", details->name, details->status)};
    if (!details->health.empty() && details->health != "healthy")
      return {Found::failed, fmt::format("container {} is {}", details->name, details->health)};
  }
  return {Found::passed};
}

}  // namespace longshore::health
