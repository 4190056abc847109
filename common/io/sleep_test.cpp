#include "common/io/sleep.hpp"

#include "common/io/loop_for_test.hpp"
#include "common/io/task_group.hpp"

namespace longshore::io {
namespace {

using namespace std::chrono_literals;

TEST(Sleep, LastsAtLeastItsTime) {
  LoopForTest test;
  test.run([&]() -> Task<void> {
    const auto before = std::chrono::steady_clock::now();
    const bool whole = co_await sleep_for(5ms);
    EXPECT_TRUE(whole);
    EXPECT_GE(std::chrono::steady_clock::now() - before, 5ms);
  });
}

TEST(Sleep, EndsEarlyWithFalseWhenCancelled) {
  LoopForTest test;
  test.run([&]() -> Task<void> {
    TaskGroup group(test.loop.get_executor());
    bool whole = true;
    const auto sleeper = [&]() -> Task<void> { whole = co_await sleep_for(1h); };
    group.spawn("sleeper", sleeper());
    co_await sleep_for(1ms);
    group.cancel();
    co_await group.join();
    EXPECT_FALSE(whole);
  });
}

}  // namespace
}  // namespace longshore::io
