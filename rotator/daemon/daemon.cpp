#include "rotator/daemon/daemon.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include "common/base/clock.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/sleep.hpp"
#include "rotator/daemon/status.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;

// Events of files that are written all the time are read so often, whatever their number.
constexpr base::Duration kGather = 250ms;
constexpr base::Duration kShortestPause = 20ms;

}  // namespace

base::Result<std::unique_ptr<Daemon>> Daemon::make(boost::asio::io_context& loop, Setup setup) {
  TRY(endpoint, io::parse_endpoint("tcp://" + setup.config.admin));
  TRY(listener, io::open_listener(endpoint));
  return std::unique_ptr<Daemon>(new Daemon(loop, std::move(setup), std::move(listener)));
}

Daemon::Daemon(boost::asio::io_context& loop, Setup setup, base::UniqueFd listener)
    : hands_(docker::Engine(docker_socket(setup.config))),
      background_(loop, setup.config.workers, [this] { wake_.cancel(); }),  // a failure changes no name
      keeper_(setup.rules, setup.zone, setup.config.poll_interval, hands_, background_, watch_),
      server_(loop.get_executor(), std::move(listener),
              [this](const http::ServerRequest& request) { return answer(request); }),
      wake_(loop),
      loop_(loop),
      tasks_(loop.get_executor()) {}

void Daemon::start() {
  server_.start();
  tasks_.spawn("keep", keep());
  if (watch_.descriptor() >= 0) tasks_.spawn("events", follow_events());
}

void Daemon::reload(Setup setup) {
  keeper_.set_rules(std::move(setup.rules), std::move(setup.zone));
  wake_.cancel();
}

io::Task<void> Daemon::keep() {
  const base::SystemClock wall;
  for (;;) {
    const base::Duration steady = std::chrono::steady_clock::now().time_since_epoch();
    const base::Duration pause = std::max(keeper_.tick(wall.now(), steady), kShortestPause);
    ready_ = true;
    wake_.expires_after(pause);
    co_await wake_.async_wait(io::kNoThrow);
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) co_return;
  }
}

io::Task<void> Daemon::follow_events() {
  boost::asio::posix::stream_descriptor events(loop_, watch_.descriptor());
  for (;;) {
    const auto [error] = co_await events.async_wait(boost::asio::posix::stream_descriptor::wait_read, io::kNoThrow);
    bool due = !error;
    if (due) due = co_await io::sleep_for(kGather);
    if (!due) break;
    wake_.cancel();
    due = co_await io::sleep_for(kShortestPause);  // keep() reads them
    if (!due) break;
  }
  events.release();  // it is the watch's
}

io::Task<void> Daemon::stop(base::Duration limit) {
  keeper_.close();
  const auto end = std::chrono::steady_clock::now() + limit;
  while (keeper_.under_way() > 0 && std::chrono::steady_clock::now() < end) {
    const bool due = co_await io::sleep_for(20ms);
    if (!due) break;
  }
  tasks_.cancel();
  co_await tasks_.join();
  co_await server_.stop();
}

io::Task<http::ServerResponse> Daemon::answer(const http::ServerRequest& request) const {
  http::ServerResponse response;
  if (request.path == "/healthz") {
    response.body = "ok\n";
  } else if (request.path == "/readyz") {
    response.status = ready_ ? 200 : 503;
    response.body = ready_ ? "ready\n" : "the first look at the disk is under way\n";
  } else if (request.path == "/metrics") {
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_text(keeper_);
  } else if (request.path == "/status") {
    response.content_type = "application/json";
    response.body = status_json(keeper_, base::SystemClock().now());
  } else {
    response.status = 404;
    response.body = "there are /healthz, /readyz, /metrics and /status\n";
  }
  co_return response;
}

}  // namespace longshore::rotator
