// The one thread that appends to the spool and waits for the disk, so that the event loop never does.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "shipper/spool/spool.hpp"

namespace longshore::shipper {

class SpoolWriter {
 public:
  struct Hooks {                                          // all run on the loop
    std::function<void(std::shared_ptr<Batch>)> durable;  // in order of submit()
    std::function<void(const base::Error&)> stalled;      // the disk is full or failing; tried again until it works
    std::function<void()> resumed;
  };
  SpoolWriter(boost::asio::any_io_executor loop, Spool& spool, Hooks hooks);
  ~SpoolWriter();  // stop(), if not yet done

  // Loop thread. Takes the batch; never blocks.
  void submit(std::shared_ptr<Batch> batch);
  // Loop thread; blocks until the queue is written, or, while the disk refuses, for at most `limit`. Returns how many events
  // could not be written. Nothing may be submitted afterwards.
  std::uint64_t stop(base::Duration limit);

 private:
  void run();
  bool write_group(std::deque<std::shared_ptr<Batch>>& group);

  boost::asio::any_io_executor loop_;
  Spool& spool_;
  Hooks hooks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Batch>> queue_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point give_up_at_ = std::chrono::steady_clock::time_point::max();
  std::uint64_t unwritten_ = 0;
  bool stalled_ = false;
  std::thread thread_;
};

}  // namespace longshore::shipper
