// Rotator is killed, or the power cut, before each change on the disk and at each request to Docker; the next one lets go
// whom it had paused, and nobody else.
#include "rotator/daemon/writer_pause.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>

#include "common/base/clock.hpp"
#include "common/docker/engine_for_test.hpp"
#include "rotator/inplace/fault_disk_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {
namespace {

// `web1`, `web2` have the label; `web3`, too, is paused by somebody else.
class Host {
 public:
  Host() {
    std::filesystem::create_directory(folder_ / "log");
    directory_.reset(::open((folder_ / "log").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  // Freezes and thaws once, with the process killed before the given change of the disk, or ceasing to be heard after so
  // many requests, which is as good as killed. Whether it came to that.
  bool pause_and_die(std::uint64_t kill_before, int requests, bool cut_power) {
    FaultDisk disk(folder_ / "log");
    disk.kill_before = kill_before;
    left_ = requests;
    bool died = false;
    try {
      WriterPause pause(disk, engine_, directory_.get(), "app.log");
      died |= !pause.freeze({{"label:logs=app", ""}});
      if (!died) {
        EXPECT_EQ(state_["web1"] + state_["web2"] + state_["web3"], "pausedpausedpaused");
      }
      died |= left_ == 0 || !pause.thaw();
    } catch (const Killed&) {
      died = true;
    }
    if (cut_power) disk.cut_power(0);
    left_ = 1'000'000;
    return died;
  }
  std::size_t next_one() {
    Disk disk;
    const auto count = WriterPause(disk, engine_, directory_.get(), "app.log").thaw_left_behind();
    EXPECT_TRUE(count) << count.error().message;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "log/.app.log.paused"));
    return count.value_or(99);
  }
  std::string states() { return state_["web1"] + " " + state_["web2"] + " " + state_["web3"]; }

  std::map<std::string, std::string> state_{{"web1", "running"}, {"web2", "running"}, {"web3", "paused"}};
  std::string events_;  // what the daemon remembers
  int events_status_ = 200;

  const docker::Engine& engine() const { return engine_; }
  int directory() const { return directory_.get(); }
  std::string record() const { return folder_ / "log/.app.log.paused"; }

 private:
  http::ServerResponse answer(const http::ServerRequest& request) {
    const auto say = [](int status, std::string body) {
      return http::ServerResponse{.status = status, .body = std::move(body), .headers = {}, .stream = {}};
    };
    if (left_ == 0) return say(503, "");
    --left_;
    if (request.path.ends_with("/events")) return say(events_status_, events_);
    if (request.path.ends_with("/containers/json")) {
      std::string all;
      for (const auto& [name, state] : state_)
        all += (all.empty() ? "" : ",") + fmt::format(R"({{"Id":"{}","Names":["/{}"],"State":"{}"}})", name, name, state);
      return say(200, "[" + all + "]");
    }
    const std::string name = request.path.substr(request.path.find("/web") + 1, 4);
    const bool pause = request.path.ends_with("/pause");
    std::string& state = state_[name];
    if ((state == "paused") == pause) return say(409, "{}");
    state = pause ? "paused" : "running";
    return say(204, "");
  }

  TemporaryFolder folder_;
  base::UniqueFd directory_;
  std::atomic<int> left_ = 1'000'000;
  docker::EngineForTest daemon_{folder_ / "docker.sock",
                                [this](const http::ServerRequest& request) { return answer(request); }};
  docker::Engine engine_{folder_ / "docker.sock"};
};

TEST(WriterPause, NobodyStaysPausedWhoeverIsKilledWhen) {
  for (const bool cut_power : {false, true}) {
    int killed = 0, unheard = 0;
    for (std::uint64_t change = 1;; ++change, ++killed) {
      Host host;
      if (!host.pause_and_die(change, 1'000'000, cut_power)) break;
      host.next_one();
      EXPECT_EQ(host.states(), "running running paused") << "before change " << change;
    }
    EXPECT_EQ(killed, 6);
    for (int requests = 0;; ++requests, ++unheard) {
      Host host;
      if (!host.pause_and_die(0, requests, cut_power)) break;
      host.next_one();
      EXPECT_EQ(host.states(), "running running paused") << "after request " << requests;
    }
    EXPECT_EQ(unheard, 5);
  }
}

class LeftBehind : public ::testing::Test {
 protected:
  LeftBehind() { EXPECT_TRUE(host.pause_and_die(0, 3, false)); }  // web1 and web2 stand still
  std::string event(const char* what, base::Duration after) const {
    return fmt::format("{{\"Action\":\"{}\",\"timeNano\":{}}}\n", what, (base::SystemClock().now() + after).ns);
  }
  Host host;
};

TEST_F(LeftBehind, AreLetGoAlsoIfDockerRemembersThePause) {
  host.events_ = event("pause", {});
  EXPECT_EQ(host.next_one(), 2U);
  EXPECT_EQ(host.states(), "running running paused");
}
TEST_F(LeftBehind, StayPausedIfSomebodyElseHasLetThemGoAndPausedThemSince) {
  host.events_ = event("pause", {}) + event("unpause", std::chrono::seconds(3)) + event("pause", std::chrono::seconds(4));
  EXPECT_EQ(host.next_one(), 0U);
  EXPECT_EQ(host.states(), "paused paused paused");
}
TEST_F(LeftBehind, StayPausedIfTheyWerePausedMuchLater) {
  host.events_ = event("pause", std::chrono::hours(1));
  EXPECT_EQ(host.next_one(), 0U);
}
TEST_F(LeftBehind, AreLetGoIfAProxyKeepsTheEventsToItself) {
  host.events_status_ = 403;
  EXPECT_EQ(host.next_one(), 2U);
}
TEST_F(LeftBehind, WaitForADaemonThatDoesNotAnswer) {
  Disk disk;
  const docker::Engine nowhere("/nowhere/docker.sock");
  EXPECT_FALSE(WriterPause(disk, nowhere, host.directory(), "app.log").thaw_left_behind());
  EXPECT_EQ(host.next_one(), 2U);
}
TEST_F(LeftBehind, MayHaveEndedOrBeLetGo) {
  host.state_["web1"] = "running";
  host.state_.erase("web2");
  EXPECT_EQ(host.next_one(), 0U);
}

TEST(WriterPause, ARecordOfSomebodyElseIsNotBelieved) {
  Host host;
  ASSERT_EQ(::getuid(), 0U) << "the tests run as root";
  std::ofstream(host.record()) << "longshore-paused 1 1\nweb3\nend\n";
  ASSERT_EQ(::chown(host.record().c_str(), 1000, 1000), 0);
  Disk disk;
  const auto told = WriterPause(disk, host.engine(), host.directory(), "app.log").thaw_left_behind();
  ASSERT_FALSE(told);
  EXPECT_THAT(told.error().message, testing::HasSubstr("remove it"));
  EXPECT_EQ(host.states(), "running running paused");
}

}  // namespace
}  // namespace longshore::rotator
