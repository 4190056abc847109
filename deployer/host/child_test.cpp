#include "deployer/host/child.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>

namespace longshore::deployer {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

bool within(std::chrono::milliseconds limit, const std::function<bool()>& what) {
  for (const auto end = std::chrono::steady_clock::now() + limit; std::chrono::steady_clock::now() < end;) {
    if (what()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

TEST(Child, SaysWhatItSaidAndWhetherItLives) {
  const Child child({"sh", "-c", "echo not this; echo a word >&2"});
  EXPECT_TRUE(within(10s, [&] { return !child.alive(); }));
  EXPECT_EQ(child.said(), "a word\n");
}

TEST(Child, OneThatCannotBeStartedHasEnded) {
  const Child child({"no-such-program-here", "x"});
  EXPECT_TRUE(within(10s, [&] { return !child.alive(); }));
  EXPECT_THAT(child.said(), HasSubstr("no-such-program-here: cannot be executed"));
}

TEST(Child, KnowsWhatIsInstalled) {
  EXPECT_TRUE(is_installed("sh"));
  EXPECT_FALSE(is_installed("no-such-program-here"));
}

TEST(Child, EndsWithItsOwnerAlsoAgainstItsWill) {
  pid_t pid = 0;
  {
    const Child child({"sh", "-c", "trap '' TERM; echo $$ >&2; while :; do sleep 0.1; done"});
    EXPECT_TRUE(within(10s, [&] { return child.said().ends_with("\n"); }));
    pid = std::stoi(child.said());
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(Child, KeepsTheLastOfALongSpeech) {
  const Child child({"sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done"});
  EXPECT_TRUE(within(10s, [&] { return !child.alive(); }));
  EXPECT_THAT(child.said(), HasSubstr("line 2999\n"));
  EXPECT_LE(child.said().size(), 8192U);
}

TEST(Child, IsNotWaitedForBecauseOfWhatItLeavesBehind) {
  const Child child({"sh", "-c", "sleep 5 & echo done >&2"});  // the sleep holds its standard error
  EXPECT_TRUE(within(3s, [&] { return !child.alive(); }));
  EXPECT_EQ(child.said(), "done\n");
}

TEST(Child, DiesWithAProcessThatIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    const Child child({"sh", "-c", "echo $$ >&2; exec sleep 60"});
    while (!child.said().ends_with("\n")) std::this_thread::sleep_for(5ms);
    const pid_t pid = std::stoi(child.said());
    if (::write(ends[1], &pid, sizeof pid) < 0) ::_exit(1);
    std::this_thread::sleep_for(60s);
    ::_exit(0);
  }
  pid_t pid = 0;
  ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  EXPECT_TRUE(within(10s, [&] {
    std::string state(1024, '\0');  // it may be left to somebody who does not reap
    std::FILE* const file = std::fopen(("/proc/" + std::to_string(pid) + "/stat").c_str(), "r");
    if (file == nullptr) return true;
    state.resize(std::fread(state.data(), 1, state.size(), file));
    std::fclose(file);
    return state.find(") Z") != std::string::npos;
  }));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace longshore::deployer
