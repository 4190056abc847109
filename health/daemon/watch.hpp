// Looks at everything again and again, on threads, and keeps what was found. Loop thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/io/blocking_pool.hpp"
#include "common/io/task_group.hpp"
#include "health/checks/check.hpp"
#include "health/decision/answer.hpp"

namespace longshore::health {

// One check and what it has found so far.
struct Watched {
  Watched(boost::asio::io_context& loop, Check what, Verdict verdict)
      : check(std::move(what)), state(check.damping, verdict), pause(loop) {}
  Check check;
  CheckState state;
  base::Duration took{};  // the last look
  boost::asio::steady_timer pause;
  bool removed = false;
};

class Watch {
 public:
  // `threads`: so many looks at a time.
  Watch(boost::asio::io_context& loop, unsigned threads);

  // These from now on. Checks that were there already keep their state. One that is new counts as well until it fails if
  // `trusted`: a reload takes no node out that is in.
  void set(std::vector<Check> checks, bool trusted);
  // Looks at everything now.
  void hurry();
  // Begins no look, and waits for those under way.
  io::Task<void> stop();

  std::vector<CheckView> views() const;  // valid until the next change
  const std::vector<std::shared_ptr<Watched>>& watched() const { return watched_; }

 private:
  io::Task<void> keep(std::shared_ptr<Watched> watched);
  boost::asio::io_context& loop_;
  std::vector<std::shared_ptr<Watched>> watched_;
  io::TaskGroup tasks_;
  io::BlockingPool pool_;
};

}  // namespace longshore::health
