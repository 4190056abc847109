#include "common/docker/engine.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "common/docker/network_api.hpp"
#include "common/http/plain_client.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kLabel = "label:";

Result<void> nothing(const Result<std::string>& answer) {
  if (!answer) return fail(answer.error());
  return {};
}

}  // namespace

struct Engine::Shared {
  Send send;
  std::mutex mutex;
  std::optional<ApiVersion> version;
};

Engine::Engine(Send send) : shared_(std::make_shared<Shared>()) { shared_->send = std::move(send); }

Engine::Engine(const std::string& socket)
    : Engine([socket](const ApiRequest& request) -> Result<http::Response> {
        http::PlainRequest plain{.unix_socket = socket,
                                 .method = request.method,
                                 .url = "http://docker" + request.target,
                                 .body = request.body,
                                 .content_type = request.body.empty() ? "" : "application/json",
                                 .timeout = request.timeout};
        if (!request.registry_auth.empty()) plain.headers.emplace_back("X-Registry-Auth", request.registry_auth);
        auto response = http::send_plain(plain);
        if (!response) return fail(response.error().code, "Docker API: " + response.error().message);
        if (request.on_body && response->status < 300) request.on_body(std::exchange(response->body, {}));
        return response;
      }) {}

Result<ApiVersion> Engine::api_version() const {
  {
    const std::scoped_lock lock(shared_->mutex);
    if (shared_->version) return *shared_->version;
  }
  TRY(response, shared_->send(docker::ping()));
  const ApiVersion version = negotiate(response.header("api-version"));
  const std::scoped_lock lock(shared_->mutex);
  shared_->version = version;
  return version;
}

Result<std::string> Engine::perform(ApiRequest request, Check check) const {
  TRY(version, api_version());
  request.target = with_version(version, request.target);
  auto response = shared_->send(request);
  if (!response || response->status == 400) {  // it may be another daemon by now, which speaks no such version
    const std::scoped_lock lock(shared_->mutex);
    shared_->version.reset();
  }
  if (!response) return fail(std::move(response.error()));
  TRY_VOID(check(response->status, response->body));
  return std::move(response->body);
}

Result<void> Engine::ping() const {
  TRY(response, shared_->send(docker::ping()));
  return check_answer(response.status, response.body);
}
Result<EngineInfo> Engine::info() const {
  TRY(version, perform(docker::version()));
  TRY(info, perform(docker::info()));
  return read_engine_info(version, info);
}

Result<std::vector<Container>> Engine::list(const std::vector<std::string>& labels, bool all) const {
  TRY(body, perform(list_containers(labels, all)));
  return read_containers(body);
}
Result<ContainerDetails> Engine::inspect(std::string_view container) const {
  TRY(body, perform(inspect_container(container)));
  return read_container(body);
}
Result<std::string> Engine::create(std::string_view name, std::string body) const {
  TRY(answer, perform(create_container(name, std::move(body))));
  return read_id(answer);
}
Result<void> Engine::start(std::string_view container) const { return nothing(perform(start_container(container))); }
Result<void> Engine::stop(std::string_view container, base::Duration grace) const {
  return nothing(perform(stop_container(container, grace)));
}
Result<void> Engine::kill(std::string_view container, std::string_view signal) const {
  return nothing(perform(kill_container(container, signal)));
}
Result<void> Engine::pause(std::string_view container) const { return nothing(perform(pause_container(container))); }
Result<void> Engine::unpause(std::string_view container) const { return nothing(perform(unpause_container(container))); }
Result<void> Engine::rename(std::string_view container, std::string_view name) const {
  return nothing(perform(rename_container(container, name)));
}
Result<void> Engine::set_restart_policy(std::string_view container, std::string_view policy) const {
  return nothing(perform(update_restart_policy(container, policy)));
}
Result<void> Engine::remove(std::string_view container) const { return nothing(perform(remove_container(container))); }
Result<std::string> Engine::logs(std::string_view container, int lines, base::Timestamp since) const {
  TRY(body, perform(container_logs(container, lines, since)));
  return read_log(body);
}

Result<std::vector<PauseEvent>> Engine::pause_events(std::string_view container, base::Timestamp since,
                                                     base::Timestamp until) const {
  TRY(body, perform(docker::pause_events(container, since, until)));
  return read_pause_events(body);
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
  if (containers.empty()) return fail(Code::not_found, "no container runs that is called " + std::string(which));
  return containers;
}

Result<void> Engine::pull(std::string_view image, std::string auth, base::Duration deadline) const {
  PullProgress progress;
  ApiRequest request = pull_image(image, std::move(auth), deadline);
  request.on_body = [&progress](std::string_view bytes) { progress.add(bytes); };
  TRY_VOID(perform(std::move(request), check_registry_answer));
  return progress.outcome();
}
Result<std::vector<std::string>> Engine::images() const {
  TRY(body, perform(list_images()));
  return read_images(body);
}
Result<std::vector<std::string>> Engine::image_digests(std::string_view image) const {
  TRY(body, perform(inspect_image(image)));
  return read_image(body);
}
Result<void> Engine::remove_image(std::string_view image) const { return nothing(perform(docker::remove_image(image))); }
Result<std::string> Engine::ask_registry(std::string_view image, std::string auth) const {
  TRY(body, perform(inspect_distribution(image, std::move(auth)), check_registry_answer));
  return read_distribution(body);
}

Result<Volume> Engine::create_volume(const Volume& volume) const {
  TRY(body, perform(docker::create_volume(volume)));
  return read_volume(body);
}
Result<std::vector<Volume>> Engine::volumes(const std::vector<std::string>& labels) const {
  TRY(body, perform(list_volumes(labels)));
  return read_volumes(body);
}
Result<void> Engine::remove_volume(std::string_view name) const { return nothing(perform(docker::remove_volume(name))); }

Result<void> Engine::ensure_volume(std::string_view name, std::string body) const {
  const auto present = perform(inspect_volume(name));
  if (present || present.error().code != Code::not_found) return nothing(present);
  return nothing(perform(docker::create_volume(std::move(body))));
}

Result<void> Engine::connect_network(std::string_view name, std::string body) const {
  const auto connected = perform(docker::connect_network(name, std::move(body)));
  // The daemon has no status of its own for it: 403, as where a proxy refuses.
  if (!connected && connected.error().message.find("already exists in network") != std::string::npos) return {};
  return nothing(connected);
}
Result<void> Engine::ensure_network(std::string_view name, std::string body) const {
  const auto present = perform(inspect_network(name));
  if (present) {
    TRY(found, read_network_name(*present));
    if (found == name) return {};
  } else if (present.error().code != Code::not_found) {
    return fail(present.error());
  }
  const auto created = perform(create_network(std::move(body)));
  if (!created && created.error().code == Code::exists) return {};  // somebody was quicker
  return nothing(created);
}

}  // namespace longshore::docker
