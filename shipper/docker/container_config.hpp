// What Docker's config.v2.json, beside a container's json-file log, says of the container. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace longshore::shipper {

struct ContainerConfig {
  std::string id, name, image;  // empty: not said
};

// nullopt: not one JSON object.
std::optional<ContainerConfig> read_container_config(std::string_view json);

}  // namespace longshore::shipper
