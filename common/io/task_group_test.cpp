#include "common/io/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <stdexcept>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"

namespace longshore::io {
namespace {

using namespace std::chrono_literals;

class Tasks : public ::testing::Test {
 protected:
  Task<void> count() {
    ++ended_;
    co_return;
  }
  Task<void> wait_for_long() {
    const bool woke_by_itself = co_await sleep_for(1h);
    if (!woke_by_itself) ++aborted_;
  }
  Task<void> fail(std::string why) {
    throw std::runtime_error(why);
    co_return;
  }

  LoopForTest test_;
  TaskGroup group_{test_.loop.get_executor()};
  int ended_ = 0, aborted_ = 0;
};

TEST_F(Tasks, AreWaitedFor) {
  test_.run([&]() -> Task<void> {
    EXPECT_TRUE(group_.spawn("long", wait_for_long()));
    EXPECT_TRUE(group_.spawn("short", count()));
    co_await sleep_for(1ms);
    EXPECT_EQ(group_.size(), 1U);
    group_.cancel();
    co_await group_.join();
    EXPECT_EQ(group_.size(), 0U);
    EXPECT_EQ(ended_, 1);
  });
}

TEST_F(Tasks, RunOnTheLoopOnly) {
  group_.spawn("a", count());
  EXPECT_EQ(ended_, 0);
  test_.run([&]() -> Task<void> { co_await group_.join(); });
  EXPECT_EQ(ended_, 1);
}

TEST_F(Tasks, JoiningNothingEndsAtOnce) {
  test_.run([&]() -> Task<void> { co_await group_.join(); });
}

TEST_F(Tasks, AClosedGroupTakesNoneAndDropsItUnstarted) {
  test_.run([&]() -> Task<void> {
    group_.spawn("before", count());
    group_.close();
    EXPECT_FALSE(group_.spawn("after", count()));
    co_await group_.join();
    EXPECT_EQ(ended_, 1);
  });
}

TEST_F(Tasks, CancelWakesWhatEachAwaits) {
  test_.run([&]() -> Task<void> {
    group_.spawn("a", wait_for_long());
    group_.spawn("b", wait_for_long());
    co_await sleep_for(1ms);
    group_.cancel();
    EXPECT_FALSE(group_.spawn("after", count()));
    co_await group_.join();
    EXPECT_EQ(aborted_, 2);
    EXPECT_EQ(group_.first_failure(), "");
  });
}

TEST_F(Tasks, OneThatIsCancelledBeforeItsFirstStepEnds) {
  group_.spawn("a", wait_for_long());
  group_.cancel();
  test_.run([&]() -> Task<void> { co_await group_.join(); });
  EXPECT_EQ(group_.first_failure(), "");
}

TEST_F(Tasks, TheFirstExceptionIsRememberedWithItsTask) {
  test_.run([&]() -> Task<void> {
    group_.spawn("good", count());
    group_.spawn("bad", fail("one"));
    group_.spawn("worse", fail("two"));
    co_await group_.join();
    EXPECT_EQ(group_.first_failure(), "bad: one");
    EXPECT_EQ(ended_, 1);
  });
}

TEST_F(Tasks, ATaskMayStartOthersWhileTheGroupIsJoined) {
  test_.run([&]() -> Task<void> {
    const auto parent = [&]() -> Task<void> {
      co_await sleep_for(1ms);
      group_.spawn("child", count());
    };
    group_.spawn("parent", parent());
    co_await group_.join();
    EXPECT_EQ(ended_, 1);
  });
}

TEST_F(Tasks, SeveralMayJoin) {
  test_.run([&]() -> Task<void> {
    TaskGroup joiners(test_.loop.get_executor());
    const auto join = [&]() -> Task<void> {
      co_await group_.join();
      ++ended_;
    };
    group_.spawn("a", wait_for_long());
    joiners.spawn("1", join());
    joiners.spawn("2", join());
    co_await sleep_for(1ms);
    EXPECT_EQ(ended_, 0);
    group_.cancel();
    co_await joiners.join();
    EXPECT_EQ(ended_, 2);
  });
}

}  // namespace
}  // namespace longshore::io
