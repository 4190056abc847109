#include "rotator/inplace/rotate_in_place.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "rotator/inplace/fault_disk_for_test.hpp"
#include "rotator/inplace/log_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {
namespace {

class RotateInPlace : public ::testing::Test {
 protected:
  RotateInPlace() : log(folder.path()) {}
  InPlaceReport rotate(InPlaceMode mode, int archive = 1, Codec codec = Codec::none) {
    const auto report = rotate_in_place(log.request(mode, archive, codec));
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(InPlaceReport{});
  }
  std::uint64_t size(const std::string& name) const { return std::filesystem::file_size(folder / name); }

  TemporaryFolder folder;
  TestLog log;
};

TEST_F(RotateInPlace, ALogThatSomebodyHasOpenIsPunchedAndKeepsItsSize) {
  log.append(1000);
  const InPlaceReport first = rotate(InPlaceMode::automatic, 1, Codec::zstd);
  EXPECT_EQ(first.method, InPlaceMethod::punch);
  EXPECT_EQ(first.archived, 100'000U);
  EXPECT_EQ(first.left, 0U);
  EXPECT_EQ(first.archive_bytes, size("app.log-0001"));
  EXPECT_EQ(size("app.log"), 100'000U);
  EXPECT_EQ(*unarchived_bytes(log.live(), log.directory(), "app.log"), 0U);
  log.append(10);
  EXPECT_EQ(*unarchived_bytes(log.live(), log.directory(), "app.log"), 1000U);
  EXPECT_EQ(rotate(InPlaceMode::automatic, 2).archived, 1000U);
  log.append(5);
  EXPECT_TRUE(log.each_line_once(1015));
}

TEST_F(RotateInPlace, EachBlockIsFreedAlthoughRotationsEndInTheMiddleOfOne) {
  for (int archive = 1; archive <= 20; ++archive) {
    log.append(300);
    rotate(InPlaceMode::punch, archive);
  }
  struct stat status{};
  ASSERT_EQ(::fstat(log.live(), &status), 0);
  EXPECT_LE(status.st_blocks * 512, 2 * 4096 + 4096);  // the last block, and where the attribute is
  EXPECT_TRUE(log.each_line_once(6000));
}

TEST_F(RotateInPlace, ACollapsedLogIsShortAgainAndAgain) {
  FaultDisk disk(folder.path());
  for (int archive = 1; archive <= 5; ++archive) {
    log.append(300);
    disk.between = [&] { log.append(1); };
    const auto report = rotate_in_place(log.request(InPlaceMode::collapse, archive), disk);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->method, InPlaceMethod::collapse);
    EXPECT_LT(size("app.log"), 4096U + 100 * disk.operations());
  }
  EXPECT_TRUE(log.each_line_once(log.lines()));
}

TEST_F(RotateInPlace, ALineWithoutItsEndStaysInTheLog) {
  log.append(3);
  log.append_text("not yet");
  const InPlaceReport report = rotate(InPlaceMode::automatic);
  EXPECT_EQ(report.archived, 300U);
  EXPECT_EQ(report.left, 7U);
  EXPECT_EQ(rotate(InPlaceMode::automatic, 2).archive_name, "");
  log.append_text(" but now\n");
  EXPECT_EQ(rotate(InPlaceMode::automatic, 2).archived, 16U);
  EXPECT_TRUE(log.everything().ends_with("\nnot yet but now\n"));
}

TEST_F(RotateInPlace, ALogThatNobodyHasOpenIsEmptiedToItsLastByte) {
  TemporaryFolder other;
  std::filesystem::path path = other / "b.log";
  {
    std::ofstream(path) << "one\ntwo";
  }
  const base::UniqueFd live(::open(path.c_str(), O_RDWR)), directory(::open(other.path().c_str(), O_RDONLY));
  InPlaceRequest request = log.request(InPlaceMode::automatic);
  request.live = live.get();
  request.live_directory = request.archive_directory = directory.get();
  request.live_name = "b.log";
  request.archive_name = "b.log.1";
  const auto report = rotate_in_place(request);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->method, InPlaceMethod::lease);
  EXPECT_EQ(std::filesystem::file_size(path), 0U);
  EXPECT_EQ(std::filesystem::file_size(other / "b.log.1"), 7U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(other.path()), {}), 2) << "no journal stays";
}

TEST_F(RotateInPlace, WhatTheWriterEmptiedItselfIsNotTakenForArchived) {
  log.append(500);
  rotate(InPlaceMode::punch);
  ASSERT_EQ(::ftruncate(log.live(), 0), 0);
  log.append(700);
  EXPECT_EQ(*unarchived_bytes(log.live(), log.directory(), "app.log"), 70'000U);
  EXPECT_EQ(rotate(InPlaceMode::punch, 2).archived, 70'000U);
  EXPECT_TRUE(log.each_line_once(1200));
}

TEST_F(RotateInPlace, AnArchiveIsNeverReplaced) {
  log.append(10);
  {
    std::ofstream(folder / "app.log-0001") << "there before\n";
  }
  const auto report = rotate_in_place(log.request(InPlaceMode::punch));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::Code::exists);
  EXPECT_EQ(size("app.log-0001"), 13U);
  EXPECT_EQ(*unarchived_bytes(log.live(), log.directory(), "app.log"), 1000U);
}

TEST_F(RotateInPlace, WhereHolesAreNotToBeTrustedTheWriterIsPausedOrTheRiskIsTold) {
  int archive = 0;
  for (const InPlaceMode wish :
       {InPlaceMode::automatic, InPlaceMode::exchange, InPlaceMode::collapse, InPlaceMode::punch, InPlaceMode::pause}) {
    for (const bool can_pause : {true, false}) {
      FaultDisk disk(folder.path());
      disk.has_punch = disk.has_exchange = false;
      log.append(10);
      InPlaceRequest request = log.request(wish, ++archive);
      if (!can_pause) request.freeze = request.thaw = nullptr;
      const auto report = rotate_in_place(request, disk);
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_EQ(report->method, can_pause ? InPlaceMethod::pause : InPlaceMethod::truncate);
      EXPECT_EQ(size("app.log"), 0U);
    }
  }
  EXPECT_TRUE(log.each_line_once(log.lines()));
}

TEST_F(RotateInPlace, WhoeverSaysWhatIsUnreadIsWaitedForBeforeBytesGo) {
  int archive = 0;
  for (const InPlaceMode mode : {InPlaceMode::punch, InPlaceMode::truncate}) {
    log.append(100);
    base::UniqueFd reader(::open((folder / "app.log").c_str(), O_RDONLY | O_CLOEXEC));
    struct flock unread{};
    unread.l_type = F_RDLCK;
    ASSERT_EQ(::fcntl(reader.get(), F_OFD_SETLK, &unread), 0);
    bool whole = false;
    std::jthread slow([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(800));
      std::string text(100, '\0');
      whole = ::pread(reader.get(), text.data(), text.size(), static_cast<off_t>(size("app.log")) - 100) == 100 &&
              text[0] != '\0';
      reader.reset();
    });
    InPlaceRequest request = log.request(mode, ++archive);
    request.time_for_readers = std::chrono::milliseconds(400);  // five times that for the lock
    ASSERT_TRUE(rotate_in_place(request));
    slow.join();
    EXPECT_TRUE(whole) << "mode " << static_cast<int>(mode);
  }
  EXPECT_TRUE(log.each_line_once(log.lines()));
}

TEST(TrustedFileSystems, AreTheKernelsOwnOnALocalDisk) {
  for (const std::int64_t magic :
       {0xEF53LL, 0x58465342LL, 0x9123683ELL, 0xF2F52010LL, 0x01021994LL, 0x794C7630LL, 0x2FC12FC1LL})
    EXPECT_TRUE(is_trusted_file_system(magic)) << std::hex << magic;
  // NFS, SMB, CIFS, Ceph, AFS, FUSE, 9p, GFS2, OCFS2, vboxsf, and what nobody knows.
  for (const std::int64_t magic : {0x6969LL, 0xFE534D42LL, 0xFF534D42LL, 0x00C36400LL, 0x5346414FLL, 0x65735546LL,
                                   0x01021997LL, 0x01161970LL, 0x7461636FLL, 0x786F4256LL, 0LL, 1LL, -1LL})
    EXPECT_FALSE(is_trusted_file_system(magic)) << std::hex << magic;
}

TEST_F(RotateInPlace, AWriterThatCannotBePausedKeepsItsLines) {
  log.append(10);
  InPlaceRequest request = log.request(InPlaceMode::pause);
  bool thawed = false;
  request.freeze = [] { return base::fail(base::Code::unavailable, "no such container"); };
  request.thaw = [&] {
    thawed = true;
    return base::Result<void>();
  };
  const auto report = rotate_in_place(request);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "no such container");
  EXPECT_TRUE(thawed);
  EXPECT_TRUE(log.each_line_once(10));
}

TEST_F(RotateInPlace, TheArchiveHasTheLogsModeUnlessSomebodyElseSeesToIt) {
  log.append(1);
  ASSERT_EQ(::fchmod(log.live(), 0604), 0);
  rotate(InPlaceMode::punch);
  EXPECT_EQ(std::filesystem::status(folder / "app.log-0001").permissions(), std::filesystem::perms{0604});
  log.append(1);
  InPlaceRequest request = log.request(InPlaceMode::punch, 2);
  request.prepare_archive = [](int) { return base::fail(base::Code::permission, "not so"); };
  EXPECT_EQ(rotate_in_place(request).error().message, "not so");
  EXPECT_TRUE(log.each_line_once(2));
  EXPECT_FALSE(std::filesystem::exists(folder / ".app.log.unfinished"));
}

TEST_F(RotateInPlace, NamesMayShiftAfterWhatWasInterruptedIsCompleted) {
  log.append(10);
  {
    FaultDisk disk(folder.path());
    disk.kill_before = 12;  // bytes are being removed
    EXPECT_THROW((void)rotate_in_place(log.request(InPlaceMode::punch), disk), Killed);
  }
  const auto completed = complete_interrupted(log.request(InPlaceMode::punch));
  ASSERT_TRUE(completed) << completed.error().message;
  EXPECT_TRUE(completed->completed_earlier);
  EXPECT_EQ(completed->archive_name, "app.log-0001");
  EXPECT_FALSE(complete_interrupted(log.request(InPlaceMode::punch))->completed_earlier);
  EXPECT_TRUE(log.each_line_once(10));
}

TEST_F(RotateInPlace, AFileThatIsNoRegularOneIsRefused) {
  InPlaceRequest request = log.request(InPlaceMode::automatic);
  request.live = log.directory();
  EXPECT_EQ(rotate_in_place(request).error().code, base::Code::invalid);
}

TEST(Describe, TheLineProvesTheMode) {
  InPlaceReport report;
  report.archived = 104857600;
  report.stall = std::chrono::microseconds(2100);
  EXPECT_EQ(describe(report), "archived=104857600 lost=0 mode=punch stall=3ms");
  report.method = InPlaceMethod::truncate;
  report.at_risk = 240;
  EXPECT_EQ(describe(report), "archived=104857600 lost<=240 mode=truncate stall=3ms");
}

}  // namespace
}  // namespace longshore::rotator
