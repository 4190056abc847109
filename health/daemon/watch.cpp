#include "health/daemon/watch.hpp"

#include <algorithm>
#include <chrono>

#include "common/telemetry/log.hpp"

namespace longshore::health {
namespace {

using Clock = std::chrono::steady_clock;

constexpr base::Duration kShortestPause = std::chrono::milliseconds(10);

void say_change(const Watched& watched) {
  if (watched.state.verdict() == Verdict::well)
    telemetry::log_info("check passes", {{"check", watched.check.name}});
  else
    telemetry::log_warn("check fails", {{"check", watched.check.name}, {"why", watched.state.why()}});
}

}  // namespace

Watch::Watch(boost::asio::io_context& loop, unsigned threads) : loop_(loop), tasks_(loop.get_executor()), pool_(threads) {}

void Watch::set(std::vector<Check> checks, bool trusted) {
  std::vector<std::shared_ptr<Watched>> before = std::move(watched_);
  watched_.clear();
  for (Check& check : checks) {
    const auto same =
        std::find_if(before.begin(), before.end(), [&](const auto& old) { return old->check.what == check.what; });
    if (same != before.end()) {
      watched_.push_back(std::move(*same));
      before.erase(same);
      continue;
    }
    watched_.push_back(std::make_shared<Watched>(loop_, std::move(check), trusted ? Verdict::well : Verdict::unknown));
    tasks_.spawn("check", keep(watched_.back()));
  }
  for (const auto& old : before) {
    old->removed = true;
    old->pause.cancel();
  }
}

io::Task<void> Watch::keep(std::shared_ptr<Watched> watched) {
  while (!watched->removed) {
    const auto begun = Clock::now();
    const auto look = watched->check.look;
    const Outcome outcome = co_await io::run_blocking(pool_, look);
    if (watched->removed) co_return;
    watched->took = Clock::now() - begun;
    if (watched->state.saw(outcome)) say_change(*watched);
    watched->pause.expires_after(std::max(watched->check.interval - watched->took, kShortestPause));
    co_await watched->pause.async_wait(io::kNoThrow);
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) co_return;
  }
}

void Watch::hurry() {
  for (const auto& watched : watched_) watched->pause.cancel();
}

io::Task<void> Watch::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

std::vector<CheckView> Watch::views() const {
  std::vector<CheckView> views;
  for (const auto& watched : watched_)
    views.push_back({watched->check.name, watched->state.verdict(), watched->state.why()});
  return views;
}

}  // namespace longshore::health
