// The time that sinks live by: monotonic for deadlines, wall clock for days and ages. Handed in, so that a test can let an
// hour pass in a moment. Loop thread only.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <list>
#include <map>

#include "common/base/clock.hpp"
#include "common/base/duration.hpp"
#include "common/io/task.hpp"

namespace longshore::io {

class Timers {
 public:
  virtual ~Timers() = default;
  virtual base::Duration now() const = 0;  // since some moment; only moves forward
  virtual base::Timestamp wall() const = 0;
  // Makes `timer` expire at `deadline` (of now()); Duration::max(): never.
  virtual void arm(boost::asio::steady_timer& timer, base::Duration deadline) = 0;
  virtual void disarm(boost::asio::steady_timer&) {}  // before an armed timer goes away
};

class RealTimers final : public Timers {
 public:
  base::Duration now() const override { return std::chrono::steady_clock::now().time_since_epoch(); }
  base::Timestamp wall() const override { return base::SystemClock{}.now(); }
  void arm(boost::asio::steady_timer& timer, base::Duration deadline) override {
    timer.expires_at(std::chrono::steady_clock::time_point(deadline));
  }
};

// Time stands still until the test moves it.
class ManualTimers final : public Timers {
 public:
  explicit ManualTimers(base::Timestamp start = {1'795'405'332'000'000'000}) : start_(start) {}
  base::Duration now() const override { return now_; }
  base::Timestamp wall() const override { return start_ + now_; }
  void arm(boost::asio::steady_timer& timer, base::Duration deadline) override;
  void disarm(boost::asio::steady_timer& timer) override { armed_.erase(&timer); }
  // The earliest deadline; Duration::max() if nothing waits.
  base::Duration next() const;
  void advance_to(base::Duration to);

 private:
  base::Timestamp start_;
  base::Duration now_ = std::chrono::seconds(1);
  std::map<boost::asio::steady_timer*, base::Duration> armed_;
};

// Something may have changed: those who wait look again. One loop thread; outlives its waiters.
class Signal {
 public:
  Signal(boost::asio::any_io_executor loop, Timers& timers) : loop_(std::move(loop)), timers_(timers) {}
  // Until notify(), `deadline` (of Timers::now()) or the task's cancellation. May return for no reason: look at the
  // condition.
  Task<void> wait(base::Duration deadline = base::Duration::max());
  void notify();

 private:
  boost::asio::any_io_executor loop_;
  Timers& timers_;
  std::list<boost::asio::steady_timer*> waiting_;
};

}  // namespace longshore::io
