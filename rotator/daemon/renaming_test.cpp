// What a process that was killed in a renaming leaves, each piece by itself; tests/fault/renaming_kill_test.py kills a real
// one.
#include "rotator/daemon/renaming.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "rotator/daemon/keeper_for_test.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class LeftByARenaming : public ::testing::Test, protected KeeperForTest {
 protected:
  LeftByARenaming() { append("a.log", "a line\n"); }

  std::string record(const std::string& of, const std::string& archive) const {
    struct stat info{};
    EXPECT_EQ(::stat((folder / of).c_str(), &info), 0);
    return "longshore-renaming 1 " + std::to_string(info.st_ino) + "\n" + archive + "\nend\n";
  }
  void successor() {
    append(".a.log.rotator-tmp", "");
    ASSERT_EQ(::chmod((folder / ".a.log.rotator-tmp").c_str(), 0604), 0);
  }
  void moved() { std::filesystem::rename(folder / "a.log", folder / kArchive); }
  void next_one() {
    configure(
        "rules: [{paths: [DIR/*.log], how: rename, compress: none, when: never, max_size: 1MiB, after: 'echo $1 "
        ">>DIR/told'}]");
    pass(1s);
  }
  std::string told() { return read("told").empty() ? "" : "told"; }

  static constexpr const char* kArchive = "a.log-20261127-115959";
};

TEST_F(LeftByARenaming, ALogThatWasMovedGetsItsSuccessorAndItsWritersAreTold) {
  append(".a.log.renaming", record("a.log", kArchive));
  successor();
  moved();
  next_one();
  EXPECT_THAT(names(), ElementsAre("a.log", kArchive, "told"));
  struct stat info{};
  ASSERT_EQ(::stat((folder / "a.log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0604U);
  EXPECT_EQ(keeper->counts().rotations, 1U);
  EXPECT_EQ(keeper->counts().archived_bytes, 7U);
}
TEST_F(LeftByARenaming, WhoeverWasQuickerThanItsSuccessorKeepsTheLog) {
  append(".a.log.renaming", record("a.log", kArchive));
  successor();
  moved();
  append("a.log", "theirs\n");
  next_one();
  EXPECT_THAT(names(), ElementsAre("a.log", kArchive, "told"));
  EXPECT_EQ(read("a.log"), "theirs\n");
}
TEST_F(LeftByARenaming, ALogThatWasNotMovedStaysAndNobodyIsTold) {
  append(".a.log.renaming", record("a.log", kArchive));
  successor();
  next_one();
  EXPECT_THAT(names(), ElementsAre("a.log"));
  EXPECT_EQ(keeper->counts().rotations, 0U);
}
TEST_F(LeftByARenaming, ARecordThatIsTornWasBeforeTheMove) {
  const std::string whole = record("a.log", kArchive);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    append(".a.log.renaming", whole.substr(0, size));
    successor();
    next_one();
    ASSERT_THAT(names(), ElementsAre("a.log")) << size;
  }
}
TEST_F(LeftByARenaming, ARecordThatNamesAFileElsewhereIsNone) {
  append(".a.log.renaming", record("a.log", "../a.log"));
  append("a.log", "more\n");
  next_one();
  EXPECT_THAT(names(), ElementsAre("a.log"));
}
TEST_F(LeftByARenaming, ASuccessorWithoutARecordIsRemoved) {
  successor();
  next_one();
  EXPECT_THAT(names(), ElementsAre("a.log"));
}
TEST_F(LeftByARenaming, ALogWithBothNamesHasOneOfThem) {
  append(".a.log.renaming", record("a.log", kArchive));
  successor();
  std::filesystem::create_hard_link(folder / "a.log", folder / kArchive);
  next_one();
  EXPECT_THAT(names(), ElementsAre("a.log", kArchive, "told"));
  EXPECT_EQ(read("a.log") + read(kArchive), "a line\n");
}
TEST_F(LeftByARenaming, ARecordOfSomebodyElseIsNotBelieved) {
  ASSERT_EQ(::getuid(), 0U) << "the tests run as root";
  append(".a.log.renaming", record("a.log", kArchive));
  ASSERT_EQ(::chown((folder / ".a.log.renaming").c_str(), 1000, 1000), 0);
  moved();
  next_one();
  EXPECT_EQ(told(), "");
  ASSERT_EQ(keeper->seen().logs.size(), 1U);
  EXPECT_THAT(keeper->state(0).error, HasSubstr("remove it"));
}

}  // namespace
}  // namespace longshore::rotator
