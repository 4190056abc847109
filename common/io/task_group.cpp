#include "common/io/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <exception>
#include <utility>

namespace longshore::io {

TaskGroup::TaskGroup(boost::asio::any_io_executor loop) : loop_(std::move(loop)), ended_(loop_) {
  ended_.expires_at(std::chrono::steady_clock::time_point::max());
}

TaskGroup::~TaskGroup() { assert(running_.empty() && "TaskGroup destroyed with running tasks"); }

bool TaskGroup::spawn(std::string_view name, Task<void> task) {
  if (closed_) return false;
  const auto self = running_.emplace(running_.end());
  self->name = name;
  auto done = [this, self](std::exception_ptr failure) {
    if (failure && first_failure_.empty()) {
      try {
        std::rethrow_exception(failure);
      } catch (const boost::system::system_error& error) {
        if (error.code() != boost::asio::error::operation_aborted) first_failure_ = self->name + ": " + error.what();
      } catch (const std::exception& error) {
        first_failure_ = self->name + ": " + error.what();
      }
    }
    running_.erase(self);
    ended_.cancel();
  };
  boost::asio::co_spawn(loop_, std::move(task), boost::asio::bind_cancellation_slot(self->cancel.slot(), std::move(done)));
  return true;
}

void TaskGroup::cancel() {
  closed_ = true;
  // A task may end, and leave the list, while it is told.
  for (auto next = running_.begin(); next != running_.end();) {
    const auto task = next++;
    task->cancel.emit(boost::asio::cancellation_type::terminal);
  }
}

Task<void> TaskGroup::join() {
  while (!running_.empty()) co_await ended_.async_wait(kNoThrow);
}

}  // namespace longshore::io
