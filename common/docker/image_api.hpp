// The Engine API's calls about images, as data. `image` is REPOSITORY:TAG or REPOSITORY@DIGEST everywhere. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/docker/engine_api.hpp"

namespace longshore::docker {

// Value of X-Registry-Auth: base64url of the JSON object that the API's reference names AuthConfig.
std::string registry_auth(std::string_view server, std::string_view username, std::string_view password);

// `auth`: of registry_auth(); empty: none. Answered with 200 and a stream, whatever comes of it: PullProgress.
ApiRequest pull_image(std::string_view image, std::string auth, base::Duration timeout);
ApiRequest list_images();
ApiRequest inspect_image(std::string_view image);
ApiRequest remove_image(std::string_view image);  // 409: it is in use
// The daemon asks the registry, and pulls nothing.
ApiRequest inspect_distribution(std::string_view image, std::string auth);

base::Result<std::vector<std::string>> read_images(std::string_view body);  // REPOSITORY@DIGEST of all, sorted
base::Result<std::vector<std::string>> read_image(std::string_view body);   // the same of one
base::Result<std::string> read_distribution(std::string_view body);         // "sha256:…"

// As check_answer, for answers that speak for a registry: permission: it does not let us in; not_found: it has no such
// image; unavailable: it cannot be reached, or failed.
base::Result<void> check_registry_answer(int status, std::string_view body);

// The stream of a pull, a JSON object a line: told piece by piece, remembers how it ended. Bounded, whatever comes.
class PullProgress {
 public:
  void add(std::string_view bytes);
  // After the last piece. As check_registry_answer.
  base::Result<void> outcome() const;

 private:
  void read_line();
  std::string line_;
  std::string error_;
};

}  // namespace longshore::docker
