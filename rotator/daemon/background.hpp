// The daemon's threads: a few for rotations, which are to be on time, and a bounded pool for compression, which is to
// disturb nobody: SCHED_IDLE, and the idle class of the disk's queue.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "rotator/daemon/hands.hpp"

namespace longshore::rotator {

class Background final : public Runner {
 public:
  // What work returns is run on `loop`, which does not end while there is any, and `done` behind it.
  Background(boost::asio::io_context& loop, unsigned compressors, std::function<void()> done)
      : loop_(loop), done_(std::move(done)), rotation_(2), compression_(compressors) {}
  // Waits for work under way.
  ~Background() override;
  void start(Lane lane, std::function<Done()> work) override;

 private:
  boost::asio::io_context& loop_;
  std::function<void()> done_;
  boost::asio::thread_pool rotation_, compression_;
};

}  // namespace longshore::rotator
