// The Docker Engine API as data: what a request is, which version of the API is spoken, what an answer that is an error
// means. The calls are in container_api.hpp, image_api.hpp, network_api.hpp and volume_api.hpp. Written after the API's
// reference, v1.24 to v1.47, and answers of dockerd 20.10. Pure.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::docker {

struct ApiRequest {
  std::string method;
  std::string target;              // without the version: "/containers/json?…"
  std::string body = {};           // JSON; empty: none
  std::string registry_auth = {};  // value of X-Registry-Auth; a secret
  base::Duration timeout = std::chrono::seconds(30);
  std::function<void(std::string_view)> on_body = {};  // gets a good answer's body as it comes; none: it is collected
};

struct ApiVersion {
  int major = 0, minor = 0;
  friend auto operator<=>(const ApiVersion&, const ApiVersion&) = default;
};
inline constexpr ApiVersion kOldestApi{1, 24};  // what a daemon speaks that does not say it
inline constexpr ApiVersion kNewestApi{1, 47};  // what is written here

std::optional<ApiVersion> parse_api_version(std::string_view text);  // "1.41"
// The version to speak with a daemon that says `theirs` in its header Api-Version.
ApiVersion negotiate(std::string_view theirs);
std::string with_version(ApiVersion version, std::string_view target);  // "/v1.41/containers/json"

ApiRequest ping();  // the only one that has no version in its target
ApiRequest version();
ApiRequest info();

struct EngineInfo {
  std::string docker_version;  // "20.10.24+dfsg1"
  std::string architecture;    // as images name it: "amd64"
  std::string root;            // folder of images and containers, on its host
  base::Timestamp clock;       // its host's
};
// From the bodies that version() and info() were answered with. Code::corrupt.
base::Result<EngineInfo> read_engine_info(std::string_view version, std::string_view info);

// Nothing to say about a good answer. Code::not_found: no such container, image, …; exists: not in the state for it (running
// or not, name or port taken); permission: a proxy or a registry refuses; invalid: e.g. no such signal; exhausted: its disk
// is full; unavailable: the daemon failed.
base::Result<void> check_answer(int status, std::string_view body);

// "message" of an answer in JSON, or the answer itself, as far as a person reads it.
std::string message_of(std::string_view body);

}  // namespace longshore::docker
