// The Docker Engine API (v1.24 and later) as data: which request asks for something, and what an answer says. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

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

// Running and paused containers that have all `labels`, each "KEY" or "KEY=VALUE"; none: all.
ApiRequest list_containers(const std::vector<std::string>& labels);
// `container`: a name or an id.
ApiRequest kill_container(std::string_view container, std::string_view signal);
ApiRequest pause_container(std::string_view container);
ApiRequest unpause_container(std::string_view container);
ApiRequest ping();

// Code::corrupt if `body` is no list of containers.
base::Result<std::vector<Container>> read_containers(std::string_view body);

// Nothing to say about a good answer. Code::not_found: no such container; exists: not in the state for it (not running,
// paused already); permission: a proxy refuses; invalid: e.g. no such signal; unavailable: the daemon failed.
base::Result<void> check_answer(int status, std::string_view body);

}  // namespace longshore::docker
