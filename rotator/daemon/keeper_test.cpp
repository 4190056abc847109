#include "rotator/daemon/keeper.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "rotator/daemon/keeper_for_test.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kRename =
    "rules: [{paths: [DIR/*.log], how: rename, after: 'true', compress: none, keep: 3, max_size: 1MiB}]";

TEST(Keeper, RotatesAtMidnightAndAtASizeWithinASecond) {
  KeeperForTest host;
  host.configure(kRename);
  host.append("a.log", "one\n");
  host.pass(11h + 59min);
  EXPECT_THAT(host.names(), ElementsAre("a.log"));
  host.pass(1min);
  EXPECT_THAT(host.names(), ElementsAre("a.log", "a.log-20261128-000000"));
  EXPECT_EQ(host.read("a.log-20261128-000000"), "one\n");
  host.append("a.log", std::string(1 << 20, 'x'));
  host.pass(1s);
  EXPECT_EQ(host.names().size(), 3U);
  EXPECT_EQ(host.read("a.log"), "");
  host.pass(48h);  // empty: nothing to rotate
  EXPECT_EQ(host.names().size(), 3U);
}

TEST(Keeper, WhatItRemembersOfAFileIsNeverEnoughToRotateIt) {
  KeeperForTest host;
  host.configure(kRename);
  host.append("a.log", std::string(2 << 20, 'x'));
  host.keeper->tick(host.now, host.steady);
  EXPECT_EQ(host.names().size(), 2U);
  // At once again, before the disk was looked at anew.
  for (int i = 0; i < 5; ++i) host.keeper->tick(host.now, host.steady);
  EXPECT_EQ(host.names().size(), 2U);
}

TEST(Keeper, MoreThanOneRotationASecondAndNoneSkippedForANameThatExists) {
  KeeperForTest host;
  host.configure(
      "rules: [{paths: [DIR/*.log], how: rename, after: 'true', compress: none, keep: -1, when: never, max_size: 10B}]");
  for (int i = 0; i < 4; ++i) {
    host.append("a.log", "line number " + std::to_string(i) + "\n");
    host.keeper->tick(host.now, host.steady += 300ms);
    host.keeper->tick(host.now, host.steady += 300ms);
  }
  EXPECT_THAT(host.names(), ElementsAre("a.log", "a.log-20261127-120000", "a.log-20261127-120000.1",
                                        "a.log-20261127-120000.2", "a.log-20261127-120000.3"));
  EXPECT_EQ(host.read("a.log-20261127-120000.2"), "line number 2\n");
}

TEST(Keeper, WhatWasMissedWhileItWasDownIsCaughtUpOnceAlsoWithoutAnyState) {
  KeeperForTest host;
  host.append("a.log", "yesterday\n");
  host.append("a.log-20261120-000000", "last week\n");
  host.configure(kRename);
  host.pass(1s);
  EXPECT_THAT(host.names(), ElementsAre("a.log", "a.log-20261120-000000", "a.log-20261127-120000"));
  host.append("a.log", "today\n");
  host.begin();  // a new container, no state: its archives tell that today has been rotated
  host.pass(1h);
  EXPECT_EQ(host.names().size(), 3U);
}

TEST(Keeper, CompressionComesAfterTheRotationAndWaitsForTheWriter) {
  KeeperForTest host;
  host.configure("rules: [{paths: [DIR/*.log], how: rename, after: 'true', when: never, max_size: 1KiB}]");
  host.append("a.log", std::string(100'000, 'x') + "\n");
  const int writer = ::open((host.folder / "a.log").c_str(), O_WRONLY | O_APPEND);
  host.pass(30s);
  EXPECT_THAT(host.names(), ElementsAre("a.log", "a.log-20261127-120000"));
  ASSERT_EQ(::write(writer, "late\n", 5), 5);
  ::close(writer);
  host.pass(10s);
  EXPECT_THAT(host.names(), ElementsAre("a.log", "a.log-20261127-120000.zst"));
  EXPECT_EQ(host.keeper->counts().compressions, 1U);
  EXPECT_EQ(std::system(("zstd -dcq " + host.folder / "a.log-20261127-120000.zst" + " | tail -n 1 | grep -q late").c_str()),
            0);
}

TEST(Keeper, DelayedCompressionLeavesTheNewestAsItIs) {
  KeeperForTest host;
  host.configure("rules: [{paths: [DIR/*.log], how: rename, after: 'true', delay_compress: true, compress: gzip}]");
  for (int day = 0; day < 3; ++day) {
    host.append("a.log", "a line\n");
    host.pass(24h);
  }
  EXPECT_THAT(host.names(),
              ElementsAre("a.log", "a.log-20261128-000000.gz", "a.log-20261129-000000.gz", "a.log-20261130-000000"));
}

TEST(Keeper, AgeIsByTheClockAlsoWithoutANewRotation) {
  KeeperForTest host;
  host.append("a.log-20261125-120000.gz", "x");
  host.append("gone.log-20261125-120000.zst", "x");  // whose log is no more
  host.configure("rules: [{paths: [DIR/*.log], max_age: 3d}]");
  host.pass(24h - 1s);
  EXPECT_EQ(host.names().size(), 2U);
  host.pass(2s);
  EXPECT_EQ(host.names().size(), 0U);
  EXPECT_EQ(host.keeper->counts().expired[static_cast<std::size_t>(ExpiryReason::age)], 2U);
}

TEST(Keeper, AClockThatJumpsAheadMakesNothingOld) {
  KeeperForTest host;
  host.append("a.log-20261127-110000.gz", "x");
  host.configure("rules: [{paths: [DIR/*.log], max_age: 3d}]");
  host.pass(1min);
  host.now = host.now + 365 * 24h;
  host.pass(5min);
  EXPECT_EQ(host.names().size(), 1U);
  host.now = host.now - 365 * 24h;  // set right again
  host.pass(30min);
  EXPECT_EQ(host.names().size(), 1U);
  EXPECT_EQ(host.keeper->counts().clock_jumps, 2U);
  host.pass(4 * 24h);
  EXPECT_EQ(host.names().size(), 0U);
}

TEST(Keeper, ArchivesOfEveryCompressorAndToolCount) {
  KeeperForTest host;
  for (const char* name : {"a.log.1", "a.log.2.gz", "a.log-20261120.xz", "a.log-20261121.bz2", "a.log-20261126-000000.zst"})
    host.append(name, "x\n");
  for (const auto& [name, day] : {std::pair{"a.log.1", "2026-11-25T00:00:00Z"},
                                  {"a.log.2.gz", "2026-11-24T00:00:00Z"},
                                  {"a.log-20261120.xz", "2026-11-20T00:00:00Z"},
                                  {"a.log-20261121.bz2", "2026-11-21T00:00:00Z"}})
    host.touch(name, base::parse_rfc3339(day).value());
  host.append("a.log", "");
  host.configure("rules: [{paths: [DIR/*], keep: 3, compress: none}]");
  host.pass(1s);
  EXPECT_THAT(host.names(), ElementsAre("a.log", "a.log-20261126-000000.zst", "a.log.1", "a.log.2.gz"));
}

TEST(Keeper, AnArchiveBesideItsSourceIsNotASecondOne) {
  KeeperForTest host;
  host.append("a.log-20261120-000000.gz", "old");
  host.append("a.log-20261121-000000", "the power failed before this was removed");
  const std::string source = host.folder / "a.log-20261121-000000";
  ASSERT_EQ(std::system(("zstd -q " + source).c_str()), 0);
  host.configure("rules: [{paths: [DIR/*.log], how: rename, after: 'true', keep: 2}]");
  host.pass(1h);
  EXPECT_THAT(host.names(), ElementsAre("a.log-20261120-000000.gz", "a.log-20261121-000000.zst"));
}

TEST(Keeper, WhatWasInterruptedIsCompletedAlsoWhereTheFolderOfArchivesIsGone) {
  KeeperForTest host;
  host.append("a.log", "a line\n");
  host.append(".a.log.rotator-tmp", "");
  host.configure(
      "rules: [{paths: [DIR/*.log], how: rename, after: 'true', compress: none, archive_dir: old, when: never, max_size: "
      "1B}]");
  host.pass(1s);
  EXPECT_THAT(host.names(), ElementsAre("a.log", StartsWith("old/a.log-")));
}

TEST(Keeper, DockersOwnFilesAreRefusedWithTheReason) {
  KeeperForTest host;
  const std::string id(64, 'a');
  host.append(id + "/" + id + "-json.log", "x\n");
  host.configure("rules: [{paths: ['DIR/*/*-json.log'], max_size: 1B, when: never}]");
  host.pass(2s);
  EXPECT_THAT(host.keeper->seen().problems,
              ElementsAre(HasSubstr("refused, for Docker reads and rotates its files itself")));
  EXPECT_EQ(host.names().size(), 1U);
  EXPECT_EQ(host.read(id + "/" + id + "-json.log"), "x\n");
  host.configure("docker_files: true\nrules: [{paths: ['DIR/*/*-json.log'], max_size: 1B, when: never}]");
  host.pass(2s);
  EXPECT_EQ(host.keeper->counts().rotations, 1U);
}

TEST(Keeper, AFailedRotationIsToldOnceAndTriedAgain) {
  KeeperForTest host;
  host.configure(
      "rules: [{paths: [DIR/*.log], how: rename, after: 'true', before: 'test -e DIR/ready', compress: none, when: never, "
      "max_size: 5B}]");
  host.append("a.log", "a line\n");
  host.pass(35s);
  EXPECT_THAT(host.names(), ElementsAre("a.log"));
  EXPECT_EQ(host.keeper->counts().rotation_failures, 4U);
  EXPECT_THAT(host.keeper->state(0).error, HasSubstr("prerotate"));
  host.append("ready", "");
  host.pass(10s);
  EXPECT_THAT(host.names(), Contains(StartsWith("a.log-2026")));
  EXPECT_EQ(host.keeper->state(0).error, "");
}

TEST(Keeper, LinksFifosAndFoldersAreLeftAlone) {
  KeeperForTest host;
  host.append("target", "a line\n");
  std::filesystem::create_symlink(host.folder / "target", host.folder / "link.log");
  std::filesystem::create_directories(host.folder / "folder.log");
  ASSERT_EQ(::mkfifo((host.folder / "fifo.log").c_str(), 0600), 0);
  host.append("hard.log", "a line\n");
  std::filesystem::create_hard_link(host.folder / "hard.log", host.folder / "other");
  host.configure("rules: [{paths: [DIR/*.log], when: never, max_size: 1B}]");
  host.pass(10s);
  EXPECT_EQ(host.keeper->counts().rotations, 0U);
  EXPECT_EQ(host.read("target"), "a line\n");
  EXPECT_EQ(host.read("hard.log"), "a line\n");
}

TEST(Keeper, AReloadTakesTheNewRules) {
  KeeperForTest host;
  host.configure(kRename);
  host.append("a.log", "a line\n");
  host.pass(1s);
  host.keeper->set_rules(std::make_shared<Rules>(), base::Zone::utc());
  host.pass(48h);
  EXPECT_THAT(host.names(), ElementsAre("a.log"));
  host.keeper->set_rules(host.rules, base::Zone::utc());
  host.pass(1s);
  EXPECT_EQ(host.names().size(), 2U);
}

TEST(Keeper, NewFoldersAndFilesAreFoundByTheirEvents) {
  KeeperForTest host;
  host.configure("rules: [{paths: ['DIR/*/*.log'], how: rename, after: 'true', compress: none, when: never, max_size: 5B}]");
  host.pass(1s);
  host.append("web/a.log", "a line\n");
  host.pass(1s);
  host.append("web/b.log", "a line\n");
  host.pass(1s);
  EXPECT_THAT(host.names(), Contains(StartsWith("web/a.log-")));
  EXPECT_THAT(host.names(), Contains(StartsWith("web/b.log-")));
}

}  // namespace
}  // namespace longshore::rotator
