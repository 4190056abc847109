#include "shipper/docker/container_config.hpp"

#include "shipper/json/json_object.hpp"

namespace longshore::shipper {

std::optional<ContainerConfig> read_container_config(std::string_view json) {
  JsonObject object, inner;
  if (!object.read(json)) return std::nullopt;
  ContainerConfig config;
  for (const JsonMember& member : object.members()) {
    if (member.type == JsonType::text && member.key == "ID") config.id = member.value;
    if (member.type == JsonType::text && member.key == "Name")
      config.name = member.value.substr(member.value.starts_with('/') ? 1 : 0);
    if (member.type != JsonType::object || member.key != "Config" || !inner.read(member.value)) continue;
    for (const JsonMember& setting : inner.members())
      if (setting.type == JsonType::text && setting.key == "Image") config.image = setting.value;
  }
  return config;
}

}  // namespace longshore::shipper
