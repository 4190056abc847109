#include "health/daemon/daemon.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/io/endpoint.hpp"
#include "common/telemetry/log.hpp"
#include "health/daemon/status.hpp"

namespace longshore::health {
namespace {

using base::Result;

constexpr unsigned kMostThreads = 16;

Result<base::UniqueFd> listen_at(const std::string& address) {
  TRY(endpoint, io::parse_endpoint("tcp://" + address));
  return io::open_listener(endpoint);
}

bool wants_json(const http::ServerRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return header.first == "accept" && header.second.find("application/json") != std::string::npos;
  });
}

http::ServerResponse json(std::string body) {
  return {.content_type = "application/json", .body = std::move(body), .headers = {}, .stream = {}};
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::make(boost::asio::io_context& loop, const Config& config) {
  Listeners listeners;
  TRY(balancer, listen_at(config.listen));
  listeners.balancer = std::move(balancer);
  if (!config.agent.empty()) {
    TRY(agent, listen_at(config.agent));
    listeners.agent = std::move(agent);
  }
  TRY(admin, listen_at(config.admin));
  listeners.admin = std::move(admin);
  auto file_system = std::make_unique<base::PosixFileSystem>();
  TRY_VOID(file_system->make_directories(config.control.substr(0, std::max<std::size_t>(config.control.rfind('/'), 1))));
  // Whoever may write to it may take the node out: only who runs health, and root.
  TRY(control,
      io::open_listener({io::Transport::unix_stream, {}, 0, config.control}, {.receive_buffer = {0}, .socket_mode = 0600}));
  listeners.control = std::move(control);
  WishFile file(*file_system, config.state_file);
  TRY(wish, first_wish(file, config.start, base::SystemClock().now()));
  return std::unique_ptr<Daemon>(new Daemon(loop, config, std::move(file_system), std::move(wish), std::move(listeners)));
}

Daemon::Daemon(boost::asio::io_context& loop, const Config& config, std::unique_ptr<base::FileSystem> file_system, Wish wish,
               Listeners listeners)
    : file_system_(std::move(file_system)),
      file_(*file_system_, config.state_file),
      config_(config),
      node_(loop, file_, std::move(wish),
            std::clamp(static_cast<unsigned>(config.probes.size() + config.containers.size()), 2U, kMostThreads)),
      balancer_(loop.get_executor(), std::move(listeners.balancer),
                [this](const http::ServerRequest& request) { return answer_balancer(request); }),
      admin_(loop.get_executor(), std::move(listeners.admin),
             [this](const http::ServerRequest& request) { return answer_admin(request); }),
      control_(loop.get_executor(), std::move(listeners.control),
               [this](const http::ServerRequest& request) { return answer_control(request); }) {
  if (listeners.agent)
    agent_.emplace(loop.get_executor(), std::move(listeners.agent), [this] { return agent_line(node_.answer_balancer()); });
}

void Daemon::start() {
  node_.watch().set(checks_of(config_), false);
  balancer_.start();
  admin_.start();
  control_.start();
  if (agent_) agent_->start();
}

void Daemon::reload(const Config& config) {
  for (const auto member : {&Config::listen, &Config::agent, &Config::admin, &Config::control, &Config::state_file})
    if (config.*member != config_.*member)
      telemetry::log_warn("this counts from the next start on", {{"new", config.*member}, {"now", config_.*member}});
  node_.watch().set(checks_of(config), node_.answer().well);
}

io::Task<http::ServerResponse> Daemon::answer_balancer(const http::ServerRequest& request) {
  const Answer answer = node_.answer_balancer();
  http::ServerResponse response;
  if (wants_json(request))
    response = json(json_body(answer));
  else
    response.body = text_body(answer);
  response.status = answer.status;
  response.headers = {{"Cache-Control", "no-store"}};
  co_return response;
}

io::Task<http::ServerResponse> Daemon::answer_control(const http::ServerRequest& request) {
  http::ServerResponse response;
  if (request.path == "/status" && wants_json(request)) co_return json(status_json(node_));
  if (request.path == "/status") {
    response.body = status_text(node_);
  } else if (request.method == "POST" && (request.path == "/drain" || request.path == "/ready")) {
    const std::string by = "control";
    Result<void> kept;
    if (request.path == "/drain")
      kept = co_await node_.drain(by);
    else
      kept = co_await node_.ready(by);
    response.body = text_body(node_.answer());
    if (!kept) {
      response.status = 500;
      response.body += "this counts now, but a new process would not know of it: " + kept.error().message + "\n";
    }
  } else {
    response.status = 404;
    response.body = "there are GET /status, POST /drain and POST /ready\n";
  }
  co_return response;
}

io::Task<http::ServerResponse> Daemon::answer_admin(const http::ServerRequest& request) {
  http::ServerResponse response;
  if (request.path == "/healthz") {
    response.body = "ok\n";
  } else if (request.path == "/readyz") {
    // Of health itself, not of the node: whether it knows what to answer.
    const auto views = node_.watch().views();
    const bool known =
        std::none_of(views.begin(), views.end(), [](const CheckView& view) { return view.verdict == Verdict::unknown; });
    response.status = known ? 200 : 503;
    response.body = known ? "ready\n" : "the first checks are under way\n";
  } else if (request.path == "/metrics") {
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_text(node_);
  } else if (request.path == "/status") {
    response = json(status_json(node_));
  } else {
    response.status = 404;
    response.body = "there are /healthz, /readyz, /metrics and /status\n";
  }
  co_return response;
}

}  // namespace longshore::health
