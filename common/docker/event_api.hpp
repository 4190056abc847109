// The Engine API's calls about what has happened, as data. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "common/docker/engine_api.hpp"

namespace longshore::docker {

// That a container was paused or let go.
struct PauseEvent {
  bool paused = false;  // false: unpaused
  base::Timestamp at;
};

// What happened to a container in that time, as far as the daemon remembers it: some hundred events of all kinds, and none
// from before it was started.
ApiRequest pause_events(std::string_view container, base::Timestamp since, base::Timestamp until);
// In order of time. Code::corrupt if `body` is no list of events.
base::Result<std::vector<PauseEvent>> read_pause_events(std::string_view body);

}  // namespace longshore::docker
