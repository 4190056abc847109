#include "rotator/daemon/file_hands.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "common/docker/engine_for_test.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/daemon/keeper_for_test.hpp"
#include "rotator/inplace/fault_disk_for_test.hpp"
#include "rotator/inplace/rotate_in_place.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::StartsWith;

// A host whose Docker daemon has two containers with the label, `aa` and `bb`; `bb` has ended when it is told.
class DockerHost : public ::testing::Test, protected KeeperForTest {
 protected:
  DockerHost() { hands = FileHands(docker::Engine(sockets_ / "docker.sock")); }

  http::ServerResponse answer(const http::ServerRequest& request) const {
    if (request.path.ends_with("/json"))
      return {
          .body = R"([{"Id":"aa","Names":["/x"],"State":")" + state + R"("},{"Id":"bb","Names":["/y"],"State":"running"}])",
          .headers = {},
          .stream = {}};
    if (request.path.ends_with("/events")) return {.status = 200, .body = {}, .headers = {}, .stream = {}};
    const bool ended = request.path.find("/bb/") != std::string::npos;
    return {.status = refuses ? 403 : ended ? 404 : 204, .body = {}, .headers = {}, .stream = {}};
  }

  TemporaryFolder sockets_;
  std::atomic<bool> refuses = false;
  std::string state = "running";  // of `aa`
  docker::EngineForTest daemon{sockets_ / "docker.sock",
                               [this](const http::ServerRequest& request) { return answer(request); }};
};

TEST_F(DockerHost, EachContainerWithTheLabelGetsItsSignalAndOneThatHasEndedIsNoFailure) {
  configure(
      "rules: [{paths: [DIR/*.log], how: rename, compress: none, when: never, max_size: 5B, "
      "signals: [{container: 'label:logs=reopen', signal: USR1}]}]");
  append("a.log", "a line\n");
  pass(1s);
  EXPECT_THAT(names(), Contains(StartsWith("a.log-2026")));
  EXPECT_THAT(daemon.asked(),
              ElementsAre(StartsWith("GET /v1.41/containers/json"), "POST /v1.41/containers/aa/kill?signal=USR1",
                          "POST /v1.41/containers/bb/kill?signal=USR1"));
  EXPECT_EQ(keeper->counts().reopen_failures, 0U);
}

TEST_F(DockerHost, IfNobodyCouldBeToldTheArchiveIsThereAndItIsCounted) {
  refuses = true;
  configure(
      "rules: [{paths: [DIR/*.log], how: rename, create_mode: 0600, when: never, max_size: 5B, "
      "signals: [{container: aa}]}]");
  append("a.log", "a line\n");
  pass(1s);
  EXPECT_THAT(names(), Contains(StartsWith("a.log-2026")));
  EXPECT_EQ(keeper->counts().reopen_failures, 1U);
  struct stat info{};
  ASSERT_EQ(::stat((folder / "a.log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
}

TEST_F(DockerHost, AnHttpCallTellsAWriterToo) {
  base::UniqueFd listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
  const std::string port = std::to_string(io::bound_port(listener.get()));
  listener.reset();  // nobody answers there
  configure("rules: [{paths: [DIR/*.log], how: rename, when: never, max_size: 5B, calls: [{url: 'http://127.0.0.1:" + port +
            "/x'}]}]");
  append("a.log", "a line\n");
  pass(1s);
  EXPECT_EQ(keeper->counts().rotations, 1U);
  EXPECT_EQ(keeper->counts().reopen_failures, 1U);
}

TEST_F(DockerHost, TheWriterIsPausedWhereThatIsTheWay) {
  configure("rules: [{paths: [DIR/*.log], in_place: pause, when: never, max_size: 5B, signals: [{container: x}]}]");
  append("a.log", "a line\n");
  const base::UniqueFd writer(::open((folder / "a.log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  pass(1s);
  EXPECT_THAT(daemon.asked(), ElementsAre("GET /v1.41/containers/json", "POST /v1.41/containers/aa/pause",
                                          "POST /v1.41/containers/aa/unpause"));
  EXPECT_THAT(names(), Contains(StartsWith("a.log-2026")));
  EXPECT_EQ(keeper->counts().at_risk_bytes, 0U);
}

// What a process that was killed leaves is not waited with until the log is due again.
TEST_F(DockerHost, WhatWasInterruptedIsCompletedAtTheStart) {
  for (const bool log_is_gone : {false, true}) {
    KeeperForTest host;
    const std::string text = "a line of text for the archive\n";
    host.append("a.log", text + text);
    {
      FaultDisk disk(host.folder.path());
      disk.kill_before = 12;  // the archive is proven, bytes are being removed
      const base::UniqueFd live(::open((host.folder / "a.log").c_str(), O_RDWR | O_CLOEXEC));
      const base::UniqueFd directory(::open(host.folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      InPlaceRequest request;
      request.live = live.get();
      request.live_directory = request.archive_directory = directory.get();
      request.live_name = "a.log";
      request.archive_name = "a.log-20261127-115959.zst";
      request.compression = {Codec::zstd, 3};
      request.mode = InPlaceMode::punch;
      request.time_for_readers = {};
      EXPECT_THROW((void)rotate_in_place(request, disk), Killed);
    }
    EXPECT_THAT(host.names(), Contains(".a.log.unfinished"));
    for (const char* left :
         {".a.log-20261126-000000.zst.rotator-tmp", ".a.log-20261125-000000.gz.rotator-tmp", ".b.log.rotator-tmp"})
      host.append(left, "half of an archive");
    if (log_is_gone) std::filesystem::remove(host.folder / "a.log");
    const base::UniqueFd used(::open((host.folder / ".a.log-20261125-000000.gz.rotator-tmp").c_str(), O_WRONLY | O_CLOEXEC));
    host.configure("rules: [{paths: [DIR/*.log], when: never, max_size: 1MiB}]");
    host.pass(1s);
    std::vector<std::string> expected = {".a.log-20261125-000000.gz.rotator-tmp", ".b.log.rotator-tmp", "a.log",
                                         "a.log-20261127-115959.zst"};
    if (log_is_gone) std::erase(expected, "a.log");
    EXPECT_EQ(host.names(), expected);
    const base::UniqueFd archive(::open((host.folder / "a.log-20261127-115959.zst").c_str(), O_RDONLY | O_CLOEXEC));
    const auto facts = look_at_archive(archive.get());
    ASSERT_TRUE(facts && facts->index);
    EXPECT_EQ(facts->index->text_size(), 2 * text.size());
    EXPECT_EQ(host.keeper->counts().archived_bytes, 2 * text.size());
    EXPECT_EQ(host.keeper->counts().rotation_failures, 0U);
  }
}

TEST_F(DockerHost, WhoWasPausedByAKilledOneIsLetGoAtTheStartEvenIfDockerIsLate) {
  append("a.log", "a line\n");
  append(".a.log.paused", "longshore-paused 1 1\naa\nend\n");
  state = "paused";
  refuses = true;  // all but the list
  configure("rules: [{paths: [DIR/*.log], when: never, max_size: 1MiB}]");
  pass(1s);
  EXPECT_THAT(names(), Contains(".a.log.paused"));
  EXPECT_EQ(keeper->counts().rotation_failures, 1U);
  refuses = false;
  pass(30s);
  EXPECT_THAT(names(), ElementsAre("a.log"));
  EXPECT_THAT(daemon.asked(), Contains("POST /v1.41/containers/aa/unpause"));
}

TEST(FileHands, AnHttpCallIsMadeAsItIsWritten) {
  base::UniqueFd listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
  const std::string port = std::to_string(io::bound_port(listener.get()));
  std::string asked;
  std::thread writer([&] {
    pollfd ready{listener.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 10'000), 1);
    const base::UniqueFd caller(::accept(listener.get(), nullptr, nullptr));
    ::fcntl(caller.get(), F_SETFL, 0);
    char piece[4096];
    while (asked.find("\r\n\r\n") == asked.npos) {
      const ssize_t size = ::read(caller.get(), piece, sizeof piece);
      if (size <= 0) break;
      asked.append(piece, static_cast<std::size_t>(size));
    }
    const std::string_view answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::write(caller.get(), answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
  });
  KeeperForTest host;
  host.configure("rules: [{paths: [DIR/*.log], how: rename, when: never, max_size: 5B, calls: [{url: 'http://127.0.0.1:" +
                 port + "/reopen?log=a', method: PUT}]}]");
  host.append("a.log", "a line\n");
  host.pass(1s);
  writer.join();
  EXPECT_THAT(asked, StartsWith("PUT /reopen?log=a HTTP/1.1\r\n"));
  EXPECT_EQ(host.keeper->counts().rotations, 1U);
  EXPECT_EQ(host.keeper->counts().reopen_failures, 0U);
}

TEST(FileHands, ArchivesGoIntoAFolderOfTheirOwnWhichIsMade) {
  KeeperForTest host;
  host.configure("rules: [{paths: [DIR/*.log], archive_dir: old, when: never, max_size: 5B, keep: 2}]");
  for (int i = 0; i < 4; ++i) {
    host.append("a.log", "line number " + std::to_string(i) + "\n");
    host.pass(10s);
  }
  const auto names = host.names();
  EXPECT_EQ(std::ranges::count_if(
                names, [](const std::string& name) { return name.starts_with("old/a.log-") && name.ends_with(".zst"); }),
            2)
      << ::testing::PrintToString(names);
}

TEST(FileHands, ACopyLeavesTheFileAsItIsAndIsNotMadeTwice) {
  KeeperForTest host;
  host.configure("rules: [{paths: [DIR/*.log], how: copy, compress: none, when: never, max_size: 5B}]");
  host.append("a.log", "a line\n");
  host.pass(30s);
  EXPECT_THAT(host.names(), ElementsAre("a.log", StartsWith("a.log-2026")));
  EXPECT_EQ(host.read("a.log"), "a line\n");
  EXPECT_EQ(host.read(host.names()[1]), "a line\n");
}

TEST(FileHands, AFolderThatIsALinkOfSomebodyElseIsNotFollowed) {
  KeeperForTest host;
  host.append("outside/secret.log", "keep me\n");
  std::filesystem::create_directories(host.folder / "volume");
  std::filesystem::create_directory_symlink(host.folder / "outside", host.folder / "volume/app");
  const bool root = ::geteuid() == 0;  // only then can it be somebody else's; ours is to be followed
  for (const char* name : {"volume", "volume/app"})
    ASSERT_TRUE(!root || ::lchown((host.folder / name).c_str(), 1000, 1000) == 0);
  host.configure("rules: [{paths: ['DIR/volume/*/*.log'], when: never, max_size: 5B}]");
  host.pass(2s);
  EXPECT_EQ(host.keeper->counts().rotations, root ? 0U : 1U);
  EXPECT_EQ(host.keeper->seen().problems.size(), root ? 1U : 0U);
  EXPECT_EQ(host.read("outside/secret.log"), root ? "keep me\n" : "");
}

}  // namespace
}  // namespace longshore::rotator
