// The owner of background work: it refuses new tasks once closing, counts those that run, remembers the first failure, and
// is waited for. Nothing in the tree is spawned without one. One loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include "common/io/task.hpp"

namespace longshore::io {

class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor loop);
  ~TaskGroup();  // asserts that no task is left: join() comes first
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task` on the loop. False, and the task is dropped unstarted, once close() was called.
  bool spawn(std::string_view name, Task<void> task);
  void close() { closed_ = true; }
  // Closes, and asks every task to end: what it awaits completes with operation_aborted.
  void cancel();
  // Until no task is left.
  Task<void> join();

  std::size_t size() const { return running_.size(); }
  // "name: what()" of the first task that ended by an exception; empty if none did. Such an exception is a bug.
  const std::string& first_failure() const { return first_failure_; }

 private:
  struct Running {
    std::string name;
    boost::asio::cancellation_signal cancel;
  };
  boost::asio::any_io_executor loop_;
  std::list<Running> running_;
  boost::asio::steady_timer ended_;  // a condition variable: cancelled when a task ends
  bool closed_ = false;
  std::string first_failure_;
};

}  // namespace longshore::io
