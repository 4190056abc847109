#include "common/io/timers.hpp"

#include <algorithm>

namespace longshore::io {
namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

}  // namespace

void ManualTimers::arm(boost::asio::steady_timer& timer, base::Duration deadline) {
  armed_[&timer] = deadline;
  timer.expires_at(deadline <= now_ ? std::chrono::steady_clock::time_point::min() : kNever);
}

base::Duration ManualTimers::next() const {
  base::Duration first = base::Duration::max();
  for (const auto& [timer, deadline] : armed_) first = std::min(first, deadline);
  return first;
}

void ManualTimers::advance_to(base::Duration to) {
  now_ = std::max(now_, to);
  for (auto& [timer, deadline] : armed_)
    if (deadline <= now_) timer->cancel();
}

Task<void> Signal::wait(base::Duration deadline) {
  boost::asio::steady_timer timer(loop_);
  timers_.arm(timer, deadline);
  // Also when the coroutine is destroyed while it waits.
  struct Entry {
    Signal& signal;
    boost::asio::steady_timer& timer;
    std::list<boost::asio::steady_timer*>::iterator place;
    ~Entry() {
      signal.waiting_.erase(place);
      signal.timers_.disarm(timer);
    }
  } const entry{*this, timer, waiting_.insert(waiting_.end(), &timer)};
  co_await timer.async_wait(kNoThrow);
}

void Signal::notify() {
  for (boost::asio::steady_timer* timer : waiting_) timer->cancel();
}

}  // namespace longshore::io
