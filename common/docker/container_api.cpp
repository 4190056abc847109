#include "common/docker/container_api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/json.hpp"
#include "common/docker/json.hpp"
#include "common/http/plain_client.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using base::fail;
using base::Result;
using http::percent_encode;
using namespace std::chrono_literals;

ApiRequest act(std::string_view container, std::string_view what, base::Duration timeout = 30s) {
  return {.method = "POST", .target = fmt::format("/containers/{}/{}", percent_encode(container), what), .timeout = timeout};
}

std::string_view without_slash(std::string_view name) { return name.substr(name.starts_with('/') ? 1 : 0); }

// One that others are linked to has more names, with the others' before it: "/web", "/other/web".
std::string own_name(const JsonResult& names) {
  simdjson::dom::array array;
  if (names.get(array) != simdjson::SUCCESS) return {};
  for (const simdjson::dom::element element : array) {
    const std::string text = text_of(element);
    const std::string_view name = without_slash(text);
    if (name.find('/') == std::string_view::npos) return std::string(name);
  }
  return {};
}

std::string policy_text(const JsonResult& policy) {
  const std::string name = text_of(policy["Name"]);
  const std::int64_t retries = number_of(policy["MaximumRetryCount"]);
  if (name.empty()) return "no";
  return retries > 0 ? fmt::format("{}:{}", name, retries) : name;
}

}  // namespace

ApiRequest list_containers(const std::vector<std::string>& labels, bool all) {
  std::string query = all ? "?all=1" : "";
  if (!labels.empty()) query += (all ? "&" : "?") + ("filters=" + percent_encode(label_filter(labels)));
  return {"GET", "/containers/json" + query};
}

ApiRequest inspect_container(std::string_view container) {
  return {"GET", fmt::format("/containers/{}/json", percent_encode(container))};
}
ApiRequest create_container(std::string_view name, std::string body) {
  return {.method = "POST",
          .target = "/containers/create?name=" + percent_encode(name),
          .body = std::move(body),
          .timeout = 60s};
}
ApiRequest start_container(std::string_view container) { return act(container, "start", 60s); }
ApiRequest stop_container(std::string_view container, base::Duration grace) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(grace);
  return act(container, fmt::format("stop?t={}", seconds.count()), seconds + 30s);  // after the grace it is killed
}
ApiRequest kill_container(std::string_view container, std::string_view signal) {
  return act(container, "kill?signal=" + percent_encode(signal));
}
ApiRequest pause_container(std::string_view container) { return act(container, "pause"); }
ApiRequest unpause_container(std::string_view container) { return act(container, "unpause"); }
ApiRequest rename_container(std::string_view container, std::string_view name) {
  return act(container, "rename?name=" + percent_encode(name));
}
ApiRequest update_restart_policy(std::string_view container, std::string_view policy) {
  ApiRequest request = act(container, "update");
  const std::size_t colon = std::min(policy.find(':'), policy.size());
  const std::string_view count = policy.substr(std::min(colon + 1, policy.size()));
  const bool number = !count.empty() && std::all_of(count.begin(), count.end(), [](char c) { return c >= '0' && c <= '9'; });
  base::JsonObject object;
  object.text("Name", policy.substr(0, colon));
  if (number) object.value("MaximumRetryCount", count);
  request.body = base::JsonObject().value("RestartPolicy", object.take()).take();
  return request;
}
ApiRequest remove_container(std::string_view container) {
  return {.method = "DELETE", .target = fmt::format("/containers/{}?v=1", percent_encode(container)), .timeout = 60s};
}
ApiRequest container_logs(std::string_view container, int lines, base::Timestamp since) {
  return {"GET", fmt::format("/containers/{}/logs?stdout=1&stderr=1&tail={}&since={}.{:09}", percent_encode(container),
                             lines, std::max<std::int64_t>(0, since.ns) / 1'000'000'000,
                             std::max<std::int64_t>(0, since.ns) % 1'000'000'000)};
}

Result<std::vector<Container>> read_containers(std::string_view body) {
  Json parser;
  TRY(array, parser.array(body, "list of containers"));
  std::vector<Container> containers;
  for (const simdjson::dom::element element : array) {
    Container container{text_of(element["Id"]), own_name(element["Names"]), text_of(element["State"]),
                        texts_of(element["Labels"])};
    if (container.id.empty()) return fail(Code::corrupt, "the Docker API lists a container without an id");
    containers.push_back(std::move(container));
  }
  return containers;
}

Result<ContainerDetails> read_container(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "container"));
  const JsonResult state = root["State"];
  ContainerDetails container;
  container.id = text_of(root["Id"]);
  container.name = without_slash(text_of(root["Name"]));
  container.labels = texts_of(root["Config"]["Labels"]);
  container.status = text_of(state["Status"]);
  container.health = text_of(state["Health"]["Status"]);
  if (container.health == "none") container.health.clear();
  container.image = text_of(root["Config"]["Image"]);
  container.restart_policy = policy_text(root["HostConfig"]["RestartPolicy"]);
  container.restarts = static_cast<int>(number_of(root["RestartCount"]));
  container.oom_killed = truth_of(state["OOMKilled"]);
  container.exit_code = static_cast<int>(number_of(state["ExitCode"]));
  const std::string started = text_of(state["StartedAt"]);
  if (!started.starts_with("0001-"))  // Go's zero
    container.started_at = base::parse_rfc3339(started).value_or(base::Timestamp{});
  if (container.id.empty() || container.name.empty() || container.status.empty())
    return fail(Code::corrupt, "the Docker API answers a container without id, name or state");
  return container;
}

Result<std::string> read_id(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "id"));
  std::string id = text_of(root["Id"]);
  if (id.empty()) return fail(Code::corrupt, "the Docker API has created something without an id");
  return id;
}

std::string read_log(std::string_view body) {
  constexpr std::size_t kHeader = 8;  // stream (0 to 2), three zeros, size as a big-endian number
  std::string text;
  while (body.size() >= kHeader) {
    if (static_cast<unsigned char>(body[0]) > 2 || body.substr(1, 3) != std::string_view("\0\0\0", 3)) break;
    std::size_t size = 0;
    for (const char c : body.substr(4, 4)) size = size << 8 | static_cast<unsigned char>(c);
    body.remove_prefix(kHeader);
    text += body.substr(0, size);
    body.remove_prefix(std::min(size, body.size()));
  }
  return text.empty() ? std::string(body) : text;
}

}  // namespace longshore::docker
