#include "common/docker/engine.hpp"

#include "common/http/plain_client.hpp"

namespace longshore::docker {

using base::Result;

namespace {

constexpr std::string_view kLabel = "label:";

}  // namespace

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
Result<std::vector<PauseEvent>> Engine::pause_events(std::string_view container, base::Timestamp since,
                                                     base::Timestamp until) const {
  TRY(body, perform(docker::pause_events(container, since, until)));
  return read_pause_events(body);
}
Result<void> Engine::ping() const {
  TRY_VOID(perform(docker::ping()));
  return {};
}

Result<std::vector<std::string>> Engine::find(std::string_view which) const {
  if (!which.starts_with(kLabel)) return std::vector{std::string(which)};
  TRY(containers, list({std::string(which.substr(kLabel.size()))}));
  std::vector<std::string> ids;
  for (Container& container : containers) ids.push_back(std::move(container.id));
  return ids;
}

Result<std::vector<Container>> Engine::look_up(std::string_view which) const {
  if (which.starts_with(kLabel)) return list({std::string(which.substr(kLabel.size()))});
  TRY(containers, list({}));
  constexpr std::size_t kShortId = 12;  // as `docker ps` shows it: less could be a name, or that of several
  std::erase_if(containers, [&](const Container& one) {
    return one.name != which && !(which.size() >= kShortId && one.id.starts_with(which));
  });
  if (containers.empty()) return base::fail(base::Code::not_found, "no container runs that is called " + std::string(which));
  return containers;
}

}  // namespace longshore::docker
