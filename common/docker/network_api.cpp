#include "common/docker/network_api.hpp"

#include "common/docker/json.hpp"
#include "common/http/plain_client.hpp"

namespace longshore::docker {

ApiRequest create_network(std::string body) {
  return {.method = "POST", .target = "/networks/create", .body = std::move(body)};
}
ApiRequest connect_network(std::string_view name, std::string body) {
  return {.method = "POST", .target = "/networks/" + http::percent_encode(name) + "/connect", .body = std::move(body)};
}
ApiRequest inspect_network(std::string_view name) { return {"GET", "/networks/" + http::percent_encode(name)}; }

base::Result<std::string> read_network_name(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "network"));
  return text_of(root["Name"]);
}

}  // namespace longshore::docker
