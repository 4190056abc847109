// Runs coroutines to their end on a loop of their own; a test that hangs ends with a failure instead.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>

#include "common/io/task.hpp"

namespace longshore::io {

class LoopForTest {
 public:
  // `body` outlives its coroutine; until all that it has started has ended.
  void run(std::function<Task<void>()> body) {
    std::exception_ptr failure;
    bool ended = false;
    boost::asio::co_spawn(loop, body, [&](std::exception_ptr why) {
      failure = std::move(why);
      ended = true;
    });
    loop.restart();
    loop.run_for(std::chrono::seconds(10));
    EXPECT_TRUE(ended) << "the test did not end";
    EXPECT_TRUE(loop.stopped()) << "something still waits on the loop";
    if (failure) std::rethrow_exception(failure);
  }

  boost::asio::io_context loop{1};
};

}  // namespace longshore::io
