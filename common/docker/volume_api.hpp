// The Engine API's calls about volumes, as data. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/docker/engine_api.hpp"

namespace longshore::docker {

struct Volume {
  std::string name;
  std::map<std::string, std::string> labels;
};

// Creates it, or answers with the one of this name that stands there, whoever made it: atomic, so it serves as a lock.
ApiRequest create_volume(const Volume& volume);
ApiRequest create_volume(std::string body);                       // JSON, as the API's reference has it
ApiRequest list_volumes(const std::vector<std::string>& labels);  // that have all, each "KEY" or "KEY=VALUE"
ApiRequest inspect_volume(std::string_view name);
ApiRequest remove_volume(std::string_view name);  // 409: it is in use

base::Result<Volume> read_volume(std::string_view body);
base::Result<std::vector<Volume>> read_volumes(std::string_view body);

}  // namespace longshore::docker
