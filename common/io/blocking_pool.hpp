// Work that blocks or takes long, off the loop: `auto result = co_await run_blocking(pool, job);`
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <type_traits>
#include <utility>

#include "common/io/task.hpp"

namespace longshore::io {

using BlockingPool = boost::asio::thread_pool;

// Runs `job()` on a thread of the pool; the caller goes on on its own loop. The job always runs to its end, also when the
// caller is cancelled, so what it refers to must live that long. A job that owns something gets a name before it is awaited:
// GCC 12 copies such a temporary bit by bit (tests/house).
template <class Job>
Task<std::invoke_result_t<Job>> run_blocking(BlockingPool& pool, Job job) {
  auto work = [job = std::move(job)]() mutable -> Task<std::invoke_result_t<Job>> { co_return job(); };
  // No cancellation slot may reach into a co_spawn on another executor (Boost 1.81: a raw pointer into a frame that may be
  // gone).
  auto token = boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot{}, boost::asio::use_awaitable);
  co_return co_await boost::asio::co_spawn(pool, std::move(work), std::move(token));
}

}  // namespace longshore::io
