#include "common/docker/engine_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/docker/json.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using base::fail;
using base::Result;

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

std::optional<ApiVersion> parse_api_version(std::string_view text) {
  ApiVersion version;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc{} || minor.ptr != end) return std::nullopt;
  return version;
}

ApiVersion negotiate(std::string_view theirs) {
  return std::clamp(parse_api_version(theirs).value_or(kOldestApi), kOldestApi, kNewestApi);
}

std::string with_version(ApiVersion version, std::string_view target) {
  return fmt::format("/v{}.{}{}", version.major, version.minor, target);
}

ApiRequest ping() { return {"GET", "/_ping"}; }
ApiRequest version() { return {"GET", "/version"}; }
ApiRequest info() { return {"GET", "/info"}; }

Result<EngineInfo> read_engine_info(std::string_view version, std::string_view info) {
  Json parser, other;
  TRY(first, parser.object(version, "version"));
  TRY(second, other.object(info, "info"));
  return EngineInfo{.docker_version = text_of(first["Version"]),
                    .architecture = text_of(first["Arch"]),
                    .root = text_of(second["DockerRootDir"]),
                    .clock = base::parse_rfc3339(text_of(second["SystemTime"])).value_or(base::Timestamp{})};
}

Result<void> check_answer(int status, std::string_view body) {
  if (status < 300 || status == 304) return {};
  const std::string message = message_of(body);
  Code code = status >= 500 ? Code::unavailable : Code::invalid;
  if (status == 404) code = Code::not_found;
  if (status == 409) code = Code::exists;
  if (status == 401 || status == 403) code = Code::permission;
  // What the daemon itself only knows as the text of somebody else's error.
  if (has(message, "port is already allocated") || has(message, "address already in use")) code = Code::exists;
  if (has(message, "no space left on device")) code = Code::exhausted;
  return fail(code, fmt::format("the Docker API answers {}: {}", status, message));
}

std::string message_of(std::string_view body) {
  Json parser;
  std::string message;
  if (const auto object = parser.object(body, "error")) message = text_of((*object)["message"]);
  if (message.empty()) message = body;
  while (!message.empty() && static_cast<unsigned char>(message.back()) <= ' ') message.pop_back();
  if (message.size() > 500) message.resize(500);
  return message;
}

}  // namespace longshore::docker
