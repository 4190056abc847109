#include "common/io/blocking_pool.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"
#include "common/io/task_group.hpp"

namespace longshore::io {
namespace {

using namespace std::chrono_literals;

TEST(BlockingPool, AJobRunsElsewhereAndItsCallerGoesOnOnTheLoop) {
  LoopForTest test;
  BlockingPool pool(1);
  test.run([&]() -> Task<void> {
    const auto here = std::this_thread::get_id();
    const auto there = co_await run_blocking(pool, [] { return std::this_thread::get_id(); });
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
  });
}

TEST(BlockingPool, WhatOnlyMovesGoesInAndComesOut) {
  LoopForTest test;
  BlockingPool pool(1);
  test.run([&]() -> Task<void> {
    auto job = [in = std::make_unique<int>(7)]() mutable { return std::move(in); };
    const auto out = co_await run_blocking(pool, std::move(job));
    EXPECT_EQ(*out, 7);
    co_await run_blocking(pool, [] {});
  });
}

TEST(BlockingPool, AnExceptionReachesTheCaller) {
  LoopForTest test;
  BlockingPool pool(1);
  test.run([&]() -> Task<void> {
    std::string caught;
    try {
      co_await run_blocking(pool, [] { throw std::runtime_error("disk on fire"); });
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "disk on fire");
  });
}

TEST(BlockingPool, TheLoopTurnsWhileAJobBlocks) {
  LoopForTest test;
  BlockingPool pool(1);
  std::promise<void> gate;
  test.run([&]() -> Task<void> {
    TaskGroup group(test.loop.get_executor());
    const auto open = [&]() -> Task<void> {
      gate.set_value();  // only a loop that turns gets here
      co_return;
    };
    group.spawn("open", open());
    co_await run_blocking(pool, [&] { gate.get_future().wait(); });
    co_await group.join();
  });
}

TEST(BlockingPool, AJobOfACancelledCallerRunsToItsEnd) {
  LoopForTest test;
  BlockingPool pool(1);
  std::promise<void> gate;
  std::atomic<bool> job_ended = false;
  test.run([&]() -> Task<void> {
    TaskGroup group(test.loop.get_executor());
    const auto caller = [&]() -> Task<void> {
      co_await run_blocking(pool, [&] {
        gate.get_future().wait();
        job_ended = true;
      });
    };
    group.spawn("caller", caller());
    co_await sleep_for(1ms);
    group.cancel();
    EXPECT_FALSE(job_ended);
    gate.set_value();
    co_await group.join();
    EXPECT_TRUE(job_ended);
    EXPECT_EQ(group.first_failure(), "");
  });
}

}  // namespace
}  // namespace longshore::io
