// Asks a Docker daemon. Every call blocks, as long as its request says at most; errors as check_answer of engine_api.hpp and
// whoever sends have them. The version of the API is agreed on at the first call, and again after the daemon has refused
// one. Copies share it; any thread, if the way of sending allows it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/docker/container_api.hpp"
#include "common/docker/event_api.hpp"
#include "common/docker/image_api.hpp"
#include "common/docker/volume_api.hpp"
#include "common/http/client.hpp"

namespace longshore::docker {

class Engine {
 public:
  // Performs a request whose target is complete; the answer, whatever its status.
  using Send = std::function<base::Result<http::Response>(const ApiRequest&)>;
  explicit Engine(Send send);
  // Over the unix socket, without libcurl; each request has a connection of its own. Any thread.
  explicit Engine(const std::string& socket);

  base::Result<ApiVersion> api_version() const;
  base::Result<void> ping() const;
  base::Result<EngineInfo> info() const;

  base::Result<std::vector<Container>> list(const std::vector<std::string>& labels, bool all = false) const;
  base::Result<ContainerDetails> inspect(std::string_view container) const;
  base::Result<std::string> create(std::string_view name, std::string body) const;  // the id
  base::Result<void> start(std::string_view container) const;
  base::Result<void> stop(std::string_view container, base::Duration grace) const;
  base::Result<void> kill(std::string_view container, std::string_view signal) const;
  base::Result<void> pause(std::string_view container) const;
  base::Result<void> unpause(std::string_view container) const;
  base::Result<std::vector<PauseEvent>> pause_events(std::string_view container, base::Timestamp since,
                                                     base::Timestamp until) const;
  base::Result<void> rename(std::string_view container, std::string_view name) const;
  base::Result<void> set_restart_policy(std::string_view container, std::string_view policy) const;
  base::Result<void> remove(std::string_view container) const;
  base::Result<std::string> logs(std::string_view container, int lines, base::Timestamp since) const;
  // One by name or id, or all that run and have a label: "label:KEY", "label:KEY=VALUE". Ids or names; may be none.
  base::Result<std::vector<std::string>> find(std::string_view which) const;
  // The same as they are now. Code::not_found: none of that name or id runs.
  base::Result<std::vector<Container>> look_up(std::string_view which) const;

  // `auth`: of registry_auth(), or empty.
  base::Result<void> pull(std::string_view image, std::string auth, base::Duration deadline) const;
  base::Result<std::vector<std::string>> images() const;                               // REPOSITORY@DIGEST
  base::Result<std::vector<std::string>> image_digests(std::string_view image) const;  // the same of one
  base::Result<void> remove_image(std::string_view image) const;
  base::Result<std::string> ask_registry(std::string_view image, std::string auth) const;  // its digest there

  base::Result<Volume> create_volume(const Volume& volume) const;  // what stands there now
  base::Result<std::vector<Volume>> volumes(const std::vector<std::string>& labels) const;
  base::Result<void> remove_volume(std::string_view name) const;
  // No error if there is one of this name already.
  base::Result<void> ensure_volume(std::string_view name, std::string body) const;
  // `body`: JSON of POST /networks/NAME/connect. A container that is in it already is no error.
  base::Result<void> connect_network(std::string_view name, std::string body) const;
  base::Result<void> ensure_network(std::string_view name, std::string body) const;

 private:
  using Check = base::Result<void> (*)(int status, std::string_view body);
  base::Result<std::string> perform(ApiRequest request, Check check = check_answer) const;

  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace longshore::docker
