// The Engine API's calls about containers, as data. `container` is a name or an id everywhere. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "common/docker/engine_api.hpp"

namespace longshore::docker {

struct Container {    // as a list has it
  std::string id;     // 64 hexadecimal digits
  std::string name;   // without the slash
  std::string state;  // "running", "paused", …
  std::map<std::string, std::string> labels;
};

struct ContainerDetails {
  std::string id, name;
  std::map<std::string, std::string> labels;
  std::string status;          // created, running, paused, restarting, removing, exited, dead
  std::string health;          // starting, healthy, unhealthy; empty: it has no check
  std::string image;           // as it was asked for
  std::string restart_policy;  // "no", "always", "unless-stopped", "on-failure", "on-failure:3"
  int restarts = 0;
  bool oom_killed = false;
  int exit_code = 0;
  base::Timestamp started_at;  // zero: never
};

// Containers that have all `labels`, each "KEY" or "KEY=VALUE"; none: all. Running and paused ones, or really `all`.
ApiRequest list_containers(const std::vector<std::string>& labels, bool all = false);
ApiRequest inspect_container(std::string_view container);
ApiRequest create_container(std::string_view name, std::string body);         // JSON, as the API's reference has it
ApiRequest start_container(std::string_view container);                       // 304: it runs already
ApiRequest stop_container(std::string_view container, base::Duration grace);  // whole seconds; 304: it does not run
ApiRequest kill_container(std::string_view container, std::string_view signal);
ApiRequest pause_container(std::string_view container);
ApiRequest unpause_container(std::string_view container);
ApiRequest rename_container(std::string_view container, std::string_view name);
ApiRequest update_restart_policy(std::string_view container, std::string_view policy);  // as ContainerDetails has it
ApiRequest remove_container(std::string_view container);  // and its volumes that have no name; never a running one
// Both streams, the last `lines` lines of what was written since `since`.
ApiRequest container_logs(std::string_view container, int lines, base::Timestamp since);

// Code::corrupt if `body` is not what was asked for.
base::Result<std::vector<Container>> read_containers(std::string_view body);
base::Result<ContainerDetails> read_container(std::string_view body);
base::Result<std::string> read_id(std::string_view body);  // of what was created

// The text of both streams. Docker puts a header of 8 bytes before each piece, but not where the container has a terminal.
std::string read_log(std::string_view body);

}  // namespace longshore::docker
