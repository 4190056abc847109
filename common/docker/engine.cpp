#include "common/docker/engine.hpp"

#include "common/http/plain_client.hpp"

namespace longshore::docker {

using base::Result;

Result<std::string> Engine::perform(const ApiRequest& request) const {
  auto response =
      http::send_plain({.unix_socket = socket_, .method = request.method, .url = "http://docker" + request.target});
  if (!response) return base::fail(response.error().code, "Docker API: " + response.error().message);
  TRY_VOID(check_answer(response->status, response->body));
  return std::move(response->body);
}

Result<std::vector<Container>> Engine::list(const std::vector<std::string>& labels) const {
  TRY(body, perform(list_containers(labels)));
  return read_containers(body);
}
Result<void> Engine::kill(std::string_view container, std::string_view signal) const {
  TRY_VOID(perform(kill_container(container, signal)));
  return {};
}
Result<void> Engine::pause(std::string_view container) const {
  TRY_VOID(perform(pause_container(container)));
  return {};
}
Result<void> Engine::unpause(std::string_view container) const {
  TRY_VOID(perform(unpause_container(container)));
  return {};
}
Result<void> Engine::ping() const {
  TRY_VOID(perform(docker::ping()));
  return {};
}

Result<std::vector<std::string>> Engine::find(std::string_view which) const {
  constexpr std::string_view kLabel = "label:";
  if (!which.starts_with(kLabel)) return std::vector{std::string(which)};
  TRY(containers, list({std::string(which.substr(kLabel.size()))}));
  std::vector<std::string> ids;
  for (Container& container : containers) ids.push_back(std::move(container.id));
  return ids;
}

}  // namespace longshore::docker
