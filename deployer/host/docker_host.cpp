#include "deployer/host/docker_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <type_traits>

#include "deployer/host/created.hpp"
#include "deployer/host/target.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr base::Duration kPatience = 10s;
constexpr std::size_t kMaxAnswer = 64 << 20;  // bytes: a log, a list of many images

std::string auth_of(const RegistryLogin* login) {
  return login == nullptr ? "" : docker::registry_auth(login->server, login->username, login->password);
}

ContainerState state_of(docker::ContainerDetails details) {
  ContainerState state;
  state.id = std::move(details.id);
  state.name = std::move(details.name);
  state.labels = std::move(details.labels);
  state.status = std::move(details.status);
  if (details.health == "starting") state.health = Health::starting;
  if (details.health == "healthy") state.health = Health::healthy;
  if (details.health == "unhealthy") state.health = Health::unhealthy;
  state.image = std::move(details.image);
  state.restart_policy = std::move(details.restart_policy);
  state.restarts = details.restarts;
  state.oom_killed = details.oom_killed;
  state.exit_code = details.exit_code;
  state.started_at = details.started_at;
  return state;
}

Result<void> fine_if(Code code, Result<void> result) {
  if (!result && result.error().code == code) return {};
  return result;
}

}  // namespace

DockerHost::DockerHost(std::string name, std::unique_ptr<Link> link)
    : name_(std::move(name)),
      link_(std::move(link)),
      engine_([this](const docker::ApiRequest& request) { return send(request); }) {}

template <class T>
Result<T> DockerHost::about(const std::string& what, Result<T> result) const {
  if (!result) result.error().message = fmt::format("{}: {}: {}", name_, what, result.error().message);
  return result;
}

Result<void> DockerHost::connect() {
  const auto version = engine_.api_version();
  if (!version) return about<void>("cannot be reached", fail(version.error()));
  patience_ = kPatience;
  return {};
}

Result<http::Response> DockerHost::send(const docker::ApiRequest& request) {
  std::optional<Clock::time_point> give_up;
  for (base::Duration pause = 100ms;; pause = std::min<base::Duration>(2 * pause, 2s)) {
    auto answer = send_once(request);
    if (answer) return answer;
    client_.reset();
    if (!give_up) give_up = Clock::now() + patience_;
    const Code code = answer.error().code;
    const bool broken = code == Code::closed || code == Code::unavailable;
    if (!broken || Clock::now() + pause > *give_up) return fail(link_->explain(std::move(answer.error())));
    std::this_thread::sleep_for(pause);
  }
}

Result<http::Response> DockerHost::send_once(const docker::ApiRequest& request) {
  TRY_VOID(link_->open());
  Route route = link_->docker();
  if (!client_ || client_socket_ != route.options.unix_socket) {  // the way was opened anew
    client_socket_ = route.options.unix_socket;
    route.options.body_limit = kMaxAnswer;
    client_ = std::make_unique<http::BlockingClient>(route.options);
  }
  http::Request sent{
      .method = request.method, .url = route.url + request.target, .timeout = request.timeout, .on_body = request.on_body};
  if (request.method == "POST") sent.body = std::make_shared<const std::string>(request.body);
  if (!request.body.empty()) sent.headers.emplace_back("Content-Type", "application/json");
  if (!request.registry_auth.empty()) sent.headers.emplace_back("X-Registry-Auth", request.registry_auth);
  return client_->send(std::move(sent));
}

Result<HostFacts> DockerHost::facts() {
  const auto read = [this]() -> Result<HostFacts> {
    TRY(version, engine_.api_version());
    TRY(info, engine_.info());
    return HostFacts{.docker_version = info.docker_version,
                     .api_version = fmt::format("{}.{}", version.major, version.minor),
                     .architecture = info.architecture,
                     .disk_free = link_->disk_free(info.root),
                     .clock = info.clock};
  };
  return about("facts", read());
}

Result<std::vector<ContainerState>> DockerHost::containers(const std::string& environment,
                                                           const std::vector<std::string>& names) {
  const auto read = [&]() -> Result<std::vector<ContainerState>> {
    TRY(all, engine_.list({}, true));
    std::vector<ContainerState> found;
    for (const docker::Container& one : all) {
      const auto label = one.labels.find(label::kEnvironment);
      const bool ours = label != one.labels.end() && label->second == environment;
      if (!ours && std::find(names.begin(), names.end(), one.name) == names.end()) continue;
      auto details = engine_.inspect(one.id);
      if (!details && details.error().code == Code::not_found) continue;  // gone since
      if (!details) return fail(std::move(details.error()));
      found.push_back(state_of(std::move(*details)));
    }
    return found;
  };
  return about("list of containers", read());
}

Result<ContainerState> DockerHost::inspect(const std::string& container) {
  auto details = about("inspect " + container, engine_.inspect(container));
  if (!details) return fail(std::move(details.error()));
  return state_of(std::move(*details));
}

Result<std::vector<std::string>> DockerHost::images() { return about("list of images", engine_.images()); }

Result<std::string> DockerHost::ask_registry(const std::string& image, const RegistryLogin* login) {
  return about("ask the registry for " + image, engine_.ask_registry(image, auth_of(login)));
}

Result<void> DockerHost::pull(const std::string& image, const RegistryLogin* login, base::Duration deadline) {
  const auto pulled = [&]() -> Result<void> {
    TRY_VOID(engine_.pull(image, auth_of(login), deadline));
    TRY(digests, engine_.image_digests(image));
    if (image.find('@') == std::string::npos || std::find(digests.begin(), digests.end(), image) != digests.end()) return {};
    return fail(Code::corrupt, "it is not there afterwards under this digest");
  };
  return about("pull " + image, pulled());
}

Result<void> DockerHost::remove_image(const std::string& image) {
  auto removed = fine_if(Code::not_found, engine_.remove_image(image));
  return about("remove image " + image, fine_if(Code::exists, std::move(removed)));
}

Result<std::string> DockerHost::create(const std::string& name, const std::string& body) {
  auto id = engine_.create(name, body);
  // The answer to an attempt of our own may have been lost: then it stands there, as we wanted it, and was never started.
  if (!id && id.error().code == Code::exists)
    if (auto there = engine_.inspect(name); there && is_created_by(body, there->labels, there->status)) return there->id;
  return about("create " + name, std::move(id));
}

Result<void> DockerHost::start(const std::string& id) { return about("start " + id, engine_.start(id)); }
Result<void> DockerHost::stop(const std::string& id, base::Duration grace) {
  return about("stop " + id, engine_.stop(id, grace));
}
Result<void> DockerHost::signal(const std::string& container, const std::string& signal) {
  return about(signal + " to " + container, engine_.kill(container, signal));
}

Result<void> DockerHost::rename(const std::string& id, const std::string& name) {
  auto renamed = engine_.rename(id, name);
  if (!renamed)
    if (const auto there = engine_.inspect(id); there && there->name == name) return {};
  return about(fmt::format("rename {} to {}", id, name), std::move(renamed));
}

Result<void> DockerHost::set_restart_policy(const std::string& id, const std::string& policy) {
  return about(fmt::format("restart policy {} for {}", policy, id), engine_.set_restart_policy(id, policy));
}

Result<void> DockerHost::remove(const std::string& id) {
  auto removed = fine_if(Code::not_found, engine_.remove(id));
  if (!removed && removed.error().code == Code::exists) {  // it runs, or it is being removed
    const auto there = engine_.inspect(id);
    if ((!there && there.error().code == Code::not_found) || (there && there->status == "removing")) return {};
  }
  return about("remove " + id, std::move(removed));
}

Result<void> DockerHost::ensure_network(const std::string& name, const std::string& body) {
  return about("network " + name, engine_.ensure_network(name, body));
}
Result<void> DockerHost::connect_network(const std::string& name, const std::string& body) {
  return about("network " + name, engine_.connect_network(name, body));
}
Result<void> DockerHost::ensure_volume(const std::string& name, const std::string& body) {
  return about("volume " + name, engine_.ensure_volume(name, body));
}

Result<std::string> DockerHost::tunnel(const std::string& url) {
  if (auto opened = link_->open(); !opened)
    return about("tunnel to " + url, Result<std::string>(std::unexpected(opened.error())));
  return about("tunnel to " + url, link_->tunnel(url));
}

Result<std::string> DockerHost::logs(const std::string& id, int lines, base::Timestamp since) {
  return about("logs of " + id, engine_.logs(id, lines, since));
}

Result<Note> DockerHost::put_note(const Note& note) {
  auto stands = about("note " + note.name, engine_.create_volume({note.name, note.labels}));
  if (!stands) return fail(std::move(stands.error()));
  return Note{std::move(stands->name), std::move(stands->labels)};
}
Result<std::vector<Note>> DockerHost::notes(const std::string& label_and_value) {
  auto volumes = about("notes", engine_.volumes({label_and_value}));
  if (!volumes) return fail(std::move(volumes.error()));
  std::vector<Note> notes;
  for (docker::Volume& volume : *volumes) notes.push_back({std::move(volume.name), std::move(volume.labels)});
  return notes;
}
Result<void> DockerHost::remove_note(const std::string& name) {
  return about("remove note " + name, fine_if(Code::not_found, engine_.remove_volume(name)));
}

Result<http::Response> DockerHost::ask(http::Request request) {
  TRY_VOID(link_->open());
  TRY(route, link_->route(request.url));
  TRY(target, parse_target(route.url));
  request.url = route.url;
  auto answer = http::BlockingClient(route.options).send(std::move(request));
  // Through a tunnel a connection that is refused looks like one that is closed.
  if (!answer && answer.error().code == Code::closed) TRY_VOID(link_->reach(target.host, target.port, 5s));
  return answer;
}

Result<ProbeAnswer> DockerHost::get(const std::string& url, const std::vector<std::string>& headers,
                                    base::Duration deadline) {
  http::Request request{.url = url, .timeout = deadline};
  for (const std::string& header : headers) {
    const std::size_t colon = std::min(header.find(':'), header.size());
    const std::size_t value = std::min(header.find_first_not_of(' ', std::min(colon + 1, header.size())), header.size());
    request.headers.emplace_back(header.substr(0, colon), header.substr(value));
  }
  auto answer = about("GET " + url, ask(std::move(request)));
  if (!answer) return fail(std::move(answer.error()));
  return ProbeAnswer{.status = answer->status, .body = std::move(answer->body), .headers = std::move(answer->headers)};
}

Result<void> DockerHost::post(const std::string& url, const std::string& body, base::Duration deadline) {
  const auto posted = [&]() -> Result<void> {
    TRY(answer, ask({.method = "POST",
                     .url = url,
                     .headers = {{"Content-Type", "application/json"}},
                     .body = std::make_shared<const std::string>(body),
                     .timeout = deadline}));
    if (answer.status < 300) return {};
    return fail(Code::invalid, fmt::format("it answers {}: {}", answer.status, answer.body.substr(0, 200)));
  };
  return about("POST " + url, posted());
}

Result<void> DockerHost::connect_tcp(const std::string& address, base::Duration deadline) {
  const auto reached = [&]() -> Result<void> {
    TRY(target, parse_address(address));
    TRY_VOID(link_->open());
    return link_->reach(target.host, target.port, deadline);
  };
  return about("connect to " + address, reached());
}

}  // namespace longshore::deployer
