// Work that blocks or takes long, off the loop: `auto result = co_await run_blocking(pool, job);`
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/io/task.hpp"

namespace longshore::io {

using BlockingPool = boost::asio::thread_pool;

// Runs `job()` on a thread of the pool; the caller goes on on its own loop. The job always runs to its end, also when the
// caller is cancelled, so what it refers to must live that long. A job that owns something gets a name before it is awaited:
// GCC 12 copies such a temporary bit by bit (tests/house).
template <class Job>
Task<std::invoke_result_t<Job>> run_blocking(BlockingPool& pool, Job job) {
  using Result = std::invoke_result_t<Job>;
  using Value = std::conditional_t<std::is_void_v<Result>, std::monostate, Result>;
  // Not a co_spawn on the pool: that would wake its threads twice, and a cancellation slot must not reach there.
  auto start = [&pool](auto handler, Job work) {
    auto loop = boost::asio::make_work_guard(handler);
    auto run = [handler = std::move(handler), work = std::move(work), loop = std::move(loop)]() mutable {
      std::exception_ptr error;
      std::optional<Value> value;
      try {
        if constexpr (std::is_void_v<Result>) {
          work();
          value.emplace();
        } else {
          value.emplace(work());
        }
      } catch (...) {
        error = std::current_exception();
      }
      auto go_on = [handler = std::move(handler), error = std::move(error), value = std::move(value)]() mutable {
        handler(std::move(error), std::move(value));
      };
      boost::asio::post(loop.get_executor(), std::move(go_on));
    };
    boost::asio::post(pool, std::move(run));
  };
  using Signature = void(std::exception_ptr, std::optional<Value>);
  auto value = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(
      std::move(start), boost::asio::use_awaitable, std::move(job));
  if constexpr (!std::is_void_v<Result>) co_return std::move(*value);
}

}  // namespace longshore::io
