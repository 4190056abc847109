#include "health/daemon/watch.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"

namespace longshore::health {
namespace {

using namespace std::chrono_literals;

struct Fake {
  std::atomic<bool> passes = true;
  std::atomic<int> looks = 0;
  Check check(std::string name, base::Duration interval = 2ms) {
    const std::string what = name + base::format_duration(interval);
    return {std::move(name), what, interval, {1, 2}, [this] {
              ++looks;
              return passes ? Outcome{Found::passed} : Outcome{Found::failed, "told to"};
            }};
  }
};

std::string verdicts(const Watch& watch) {
  std::string out;
  for (const CheckView& view : watch.views())
    out += view.verdict == Verdict::well ? 'w' : view.verdict == Verdict::sick ? 's' : '.';
  return out;
}

io::Task<void> until(const Watch& watch, std::string wanted) {
  for (int i = 0; i < 2000 && verdicts(watch) != wanted; ++i) co_await io::sleep_for(2ms);
  EXPECT_EQ(verdicts(watch), wanted);
}

TEST(Watch, LooksAgainAndAgainAndFollowsWhatItFinds) {
  io::LoopForTest test;
  Watch watch(test.loop, 2);
  Fake a, b;
  test.run([&]() -> io::Task<void> {
    watch.set({a.check("a"), b.check("b")}, false);
    EXPECT_EQ(verdicts(watch), "..");
    co_await until(watch, "ww");
    b.passes = false;
    co_await until(watch, "ws");
    EXPECT_EQ(watch.views()[1].why, "told to");
    b.passes = true;
    co_await until(watch, "ww");
    co_await watch.stop();
  });
}

TEST(Watch, AReloadKeepsWhatIsKnownAndTrustsWhatIsNew) {
  io::LoopForTest test;
  Watch watch(test.loop, 2);
  Fake a, b, c;
  test.run([&]() -> io::Task<void> {
    watch.set({a.check("a"), b.check("b", 1h)}, false);
    co_await until(watch, "ww");
    c.passes = false;
    watch.set({c.check("c"), b.check("b", 1h)}, true);
    EXPECT_EQ(verdicts(watch), "ww");
    co_await until(watch, "sw");
    EXPECT_EQ(b.looks, 1);
    co_await io::sleep_for(20ms);
    const int looks = a.looks;
    co_await io::sleep_for(20ms);
    EXPECT_EQ(a.looks, looks);  // it is no longer looked at
    Fake d;
    d.passes = false;
    watch.set({d.check("d")}, false);
    EXPECT_EQ(verdicts(watch), ".");
    co_await watch.stop();
  });
}

TEST(Watch, HurryLooksNow) {
  io::LoopForTest test;
  Watch watch(test.loop, 1);
  Fake a;
  a.passes = false;
  test.run([&]() -> io::Task<void> {
    watch.set({a.check("a", 1h)}, false);
    while (a.looks < 1) co_await io::sleep_for(1ms);
    co_await io::sleep_for(20ms);
    a.passes = true;
    watch.hurry();
    co_await until(watch, "w");
    co_await watch.stop();
  });
}

}  // namespace
}  // namespace longshore::health
