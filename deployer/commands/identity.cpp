#include "deployer/commands/identity.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "common/http/blocking_client.hpp"
#include "deployer/commands/composition_files.hpp"

namespace longshore::deployer {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Identity this_identity() {
  char host[256] = "unknown";
  ::gethostname(host, sizeof host - 1);
  std::string user = variable("BUILD_USER_ID");
  if (user.empty()) user = variable("USER");
  if (user.empty()) user = fmt::format("uid{}", ::getuid());
  // Another boot, or another container with the same name, has other pids.
  const std::string boot = read_file("/proc/sys/kernel/random/boot_id").value_or("").substr(0, 8);
  const std::string spaces = [] {
    char link[64] = {};
    return ::readlink("/proc/self/ns/pid", link, sizeof link - 1) > 0 ? std::string(link) : std::string();
  }();
  return {.owner = fmt::format("{}@{}", user, host),
          .machine = fmt::format("{} {} {}", host, boot, spaces),
          .pid = std::to_string(::getpid()),
          .build_url = variable("BUILD_URL")};
}

std::string new_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

bool build_has_ended(const std::string& build_url) {
  if (!build_url.starts_with("http://") && !build_url.starts_with("https://")) return false;
  http::BlockingClient client;
  const auto answer = client.send(
      {.url = build_url + (build_url.ends_with('/') ? "" : "/") + "api/json", .timeout = std::chrono::seconds(5)});
  if (!answer || answer->status != 200) return false;
  simdjson::dom::parser parser;
  bool building = true;
  const bool told = parser.parse(simdjson::padded_string(answer->body))["building"].get(building) == simdjson::SUCCESS;
  return told && !building;
}

}  // namespace longshore::deployer
