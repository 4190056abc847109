#include "deployer/service/service.hpp"

#include "deployer/service/sha256.hpp"

namespace longshore::deployer {

using compose::Json;

std::string ServiceObject::connect_body(std::string_view container) const {
  return R"({"Container":)" + Json(std::string(container)).text() + R"(,"EndpointConfig":)" + endpoint + "}";
}

std::string Service::hash() const {
  std::string all;
  for (const auto& [key, value] : parts) all += Json(key).text() + ":" + value + "\n";
  return compose::sha256_hex(all).substr(0, 16);
}

std::string Service::create_body(std::string_view image, const std::map<std::string, std::string>& labels) const {
  Json created = body;
  created["Image"] = std::string(image);
  created["Labels"] = Json::Map{};
  for (const auto& [key, value] : user_labels) created["Labels"][key] = value;
  for (const auto& [key, value] : labels) created["Labels"][key] = value;
  created["HostConfig"]["RestartPolicy"]["Name"] = "no";
  return created.text();
}

}  // namespace longshore::deployer
