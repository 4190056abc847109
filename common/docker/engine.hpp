// Asks a Docker daemon over its unix socket. Every call blocks, ten seconds at most, and has a connection of its own; any
// thread. Errors as in engine_api.hpp and plain_client.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/docker/engine_api.hpp"

namespace longshore::docker {

class Engine {
 public:
  explicit Engine(std::string socket) : socket_(std::move(socket)) {}

  base::Result<std::vector<Container>> list(const std::vector<std::string>& labels) const;
  base::Result<void> kill(std::string_view container, std::string_view signal) const;
  base::Result<void> pause(std::string_view container) const;
  base::Result<void> unpause(std::string_view container) const;
  base::Result<std::vector<PauseEvent>> pause_events(std::string_view container, base::Timestamp since,
                                                     base::Timestamp until) const;
  base::Result<void> ping() const;

  // One by name or id, or all that run and have a label: "label:KEY", "label:KEY=VALUE". Ids or names; may be none.
  base::Result<std::vector<std::string>> find(std::string_view which) const;
  // The same as they are now. Code::not_found: none has that name or id, or none of that name or id runs.
  base::Result<std::vector<Container>> look_up(std::string_view which) const;

 private:
  base::Result<std::string> perform(const ApiRequest& request) const;
  std::string socket_;
};

}  // namespace longshore::docker
