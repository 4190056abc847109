// The Docker Engine API (v1.24 and later) as data: which request asks for something, and what an answer says. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::docker {

struct ApiRequest {
  std::string method;
  std::string target;  // "/v1.24/containers/json?…"
};

struct Container {
  std::string id;     // 64 hexadecimal digits
  std::string name;   // without the slash
  std::string state;  // "running", "paused", …
  std::map<std::string, std::string> labels;
};

// That a container was paused or let go.
struct PauseEvent {
  bool paused = false;  // false: unpaused
  base::Timestamp at;
};

// Running and paused containers that have all `labels`, each "KEY" or "KEY=VALUE"; none: all.
ApiRequest list_containers(const std::vector<std::string>& labels);
// `container`: a name or an id.
ApiRequest kill_container(std::string_view container, std::string_view signal);
ApiRequest pause_container(std::string_view container);
ApiRequest unpause_container(std::string_view container);
// What happened to a container in that time, as far as the daemon remembers it: some hundred events of all kinds, and none
// from before it was started.
ApiRequest pause_events(std::string_view container, base::Timestamp since, base::Timestamp until);
ApiRequest ping();

// Code::corrupt if `body` is no list of containers.
base::Result<std::vector<Container>> read_containers(std::string_view body);
// In order of time. Code::corrupt if `body` is no list of events.
base::Result<std::vector<PauseEvent>> read_pause_events(std::string_view body);

// Nothing to say about a good answer. Code::not_found: no such container; exists: not in the state for it (not running,
// paused already); permission: a proxy refuses; invalid: e.g. no such signal; unavailable: the daemon failed.
base::Result<void> check_answer(int status, std::string_view body);

}  // namespace longshore::docker
