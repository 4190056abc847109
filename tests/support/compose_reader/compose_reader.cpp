// compose_reader FILE PROJECT: what deployer makes of a Compose file, as one JSON object, so that tests can compare it with
// others.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "deployer/service/compose_file.hpp"

namespace {

using namespace longshore;
using deployer::compose::Json;

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return base::fail(::access(path.c_str(), F_OK) == 0 ? base::Code::permission : base::Code::not_found, "read " + path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::optional<std::string> variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Json describe(const deployer::Service& service) {
  Json json;
  json["create"] = service.create_body("local/box:1", {{"longshore.component", service.name}});
  json["hash"] = service.hash();
  json["restart"] = service.restart;
  json["depends_on"] = Json::List(service.depends_on.begin(), service.depends_on.end());
  json["host_ports"] = Json::List(service.host_ports.begin(), service.host_ports.end());
  json["networks"] = Json::List{};
  json["volumes"] = Json::List{};
  for (const auto& network : service.networks)
    json["networks"].push_back(Json::Map{{"name", network.name}, {"body", network.body}, {"endpoint", network.endpoint}});
  for (const auto& volume : service.volumes)
    json["volumes"].push_back(Json::Map{{"name", volume.name}, {"body", volume.body}});
  return json;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: compose_reader FILE PROJECT\n", stderr), 64;
  const auto yaml = read_file(argv[1]);
  if (!yaml) return std::fprintf(stderr, "%s\n", yaml.error().message.c_str()), 66;
  const auto services = deployer::read_compose(*yaml, argv[1], argv[2], {read_file, variable});
  if (!services) return std::fprintf(stderr, "%s\n", services.error().message.c_str()), 78;
  Json all;
  for (const auto& [name, service] : *services) all[name] = describe(service);
  std::puts(all.text().c_str());
  return 0;
}
