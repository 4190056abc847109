// The Engine API's calls about networks, as data. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/docker/engine_api.hpp"

namespace longshore::docker {

ApiRequest create_network(std::string body);  // JSON, as the API's reference has it; 409: there is one of this name
ApiRequest connect_network(std::string_view name, std::string body);  // 403: the container is in it already
ApiRequest inspect_network(std::string_view name);  // the daemon also takes the beginning of an id for a name

base::Result<std::string> read_network_name(std::string_view body);  // of an inspected one

}  // namespace longshore::docker
