// Every single file operation of a scripted run fails once or twice; the program tries again, as shipper does.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "shipper/spool/spool_script_for_test.hpp"

namespace longshore::shipper {
namespace {

using test_support::FaultFileSystem;

constexpr int kRounds = 6;

void expect_nothing_lost(Spool& spool, const Ledger& ledger) {
  const std::uint64_t needed = ledger.cursor.at("b");
  const std::vector<SeenEvent> seen = read_all(spool, needed);
  for (const auto& [seq, text] : ledger.appended)
    if (seq >= needed) {
      ASSERT_TRUE(std::ranges::find(seen, SeenEvent{seq, text}) != seen.end()) << seq << ' ' << text;
    }
  ASSERT_EQ(seen.size(), ledger.appended.size() - needed + 1);
  EXPECT_EQ(spool.stats().lost_events, 0U);
  EXPECT_EQ(spool.checkpoints().at("file"), std::to_string(kRounds - 1));
}

class DiskError : public testing::TestWithParam<int> {};

TEST_P(DiskError, AtAnyOperationLosesNothingThatWasTaken) {
  for (const Durability durability : {Durability::batch, Durability::none})
    for (const std::uint64_t count : {1U, 2U})
      for (std::uint64_t at = 1;; ++at) {
        SCOPED_TRACE(fmt::format("{} at operation {}, {} times", std::strerror(GetParam()), at, count));
        FaultFileSystem disk;
        Ledger ledger;
        disk.fail_from(at, GetParam(), count);
        std::unique_ptr<Spool> spool;
        ASSERT_TRUE(tried(3, [&] {
          auto opened = Spool::open(script_options(durability), disk);
          if (opened) spool = *std::move(opened);
          return opened.has_value();
        }));
        ASSERT_TRUE(run_script(*spool, ledger, 0, kRounds, 3));
        const bool beyond_the_end = disk.operations() < at;
        disk.fail_from(0, 0, 0);
        expect_nothing_lost(*spool, ledger);
        if (HasFatalFailure()) return;
        spool.reset();
        if (durability == Durability::none)
          disk.kill_process();
        else
          disk.cut_power(0);
        spool = open_spool(disk, script_options(durability));
        ASSERT_TRUE(spool);
        expect_nothing_lost(*spool, ledger);
        if (HasFatalFailure()) return;
        EXPECT_LE(segment_paths(disk).size(), 8U);
        if (beyond_the_end) break;
      }
}

INSTANTIATE_TEST_SUITE_P(Each, DiskError, testing::Values(ENOSPC, EIO, EROFS, EMFILE),
                         [](const auto& value) { return std::string(strerrorname_np(value.param)); });

TEST(DiskError, AFailedSyncIsNotBelievedTheSecondTime) {
  FaultFileSystem disk;
  {
    const auto spool = open_spool(disk);
    ASSERT_TRUE(spool->append(make_batch({"before"}, {{"file", "1"}})));
    ASSERT_TRUE(spool->sync());
    ASSERT_TRUE(spool->append(make_batch({"one"}, {{"file", "2"}})));
    ASSERT_TRUE(spool->append(make_batch({"two"}, {{"file", "3"}})));
    disk.fail_matching(".segment", EIO, 1);  // the sync
    EXPECT_TRUE(spool->sync());              // written again, to a new segment
    EXPECT_EQ(segment_paths(disk).size(), 2U);
  }
  disk.cut_power(0);
  const auto spool = open_spool(disk);
  EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{1, "before"}, {2, "one"}, {3, "two"}}));
  EXPECT_EQ(spool->checkpoints().at("file"), "3");
}

TEST(DiskError, SyncsThatFailForLongLeaveNoLitterAndLoseNothing) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  ASSERT_TRUE(spool->append(make_batch({"before"})));
  ASSERT_TRUE(spool->sync());
  ASSERT_TRUE(spool->append(make_batch({"one"})));
  disk.fail_matching("sync ", EIO, 30);
  for (int i = 0; i < 12; ++i) {
    EXPECT_FALSE(spool->sync());
    EXPECT_FALSE(spool->append(make_batch({"not taken"})));
    EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{1, "before"}}));
  }
  EXPECT_EQ(segment_paths(disk).size(), 1U);
  while (!spool->sync()) {
  }
  ASSERT_TRUE(spool->append(make_batch({"two"})));
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{1, "before"}, {2, "one"}, {3, "two"}}));
  disk.cut_power(0);
}

TEST(DiskError, AFullDiskTakesNothingInHalfAndGoesOnWhenThereIsRoom) {
  FaultFileSystem disk;
  SpoolOptions options = script_options(Durability::batch);
  const auto spool = open_spool(disk, options);
  ASSERT_TRUE(spool->open_cursor("sink"));
  disk.set_capacity(20'000);
  std::uint64_t taken = 0;
  base::Result<void> result;
  for (; (result = spool->append(make_batch(texts("x", 4)))); taken += 4) ASSERT_TRUE(spool->sync());
  EXPECT_EQ(result.error().code, base::Code::exhausted);
  EXPECT_EQ(read_all(*spool).size(), taken);
  ASSERT_TRUE(spool->advance_cursor("sink", taken));  // the cursor's file has its room already
  ASSERT_TRUE(spool->append(make_batch({"y"})));
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(read_all(*spool).back(), (SeenEvent{taken + 1, "y"}));
  EXPECT_EQ(spool->stats().corrupt_blocks, 0U);
}

TEST(DiskError, AFullDiskOfOneSegmentIsEmptiedWhenTheSinksHaveAll) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  ASSERT_TRUE(spool->open_cursor("sink"));
  disk.set_capacity(40'000);
  std::uint64_t taken = 0;
  for (; spool->append(make_batch(texts("x", 50), {{"file", "1"}})); taken += 50) ASSERT_TRUE(spool->sync());
  ASSERT_TRUE(spool->advance_cursor("sink", taken));
  EXPECT_FALSE(spool->append(make_batch(texts("y", 50)))) << "one event is not delivered";
  ASSERT_TRUE(spool->advance_cursor("sink", taken + 1));
  ASSERT_TRUE(spool->append(make_batch(texts("y", 50))));
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(segment_paths(disk).size(), 1U);
  EXPECT_EQ(read_all(*spool, taken + 1).size(), 50U);
  EXPECT_EQ(spool->checkpoints().at("file"), "1");
}

TEST(DiskError, OnAFullDiskANewSinkMakesRoomForItsOwnCursor) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk, script_options(Durability::batch));
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(spool->append(make_batch(texts("x", 15))));
    ASSERT_TRUE(spool->sync());
  }
  std::uint64_t used = 0;
  for (const std::string& path : disk.paths()) used += disk.content(path).size();
  disk.set_capacity(used);
  EXPECT_EQ(spool->open_cursor("late").value(), 1U);
  EXPECT_FALSE(spool->advance_cursor("late", 2));  // frees no segment
  disk.set_capacity(used + 4000);                  // still no room for a cursor of 8 KiB
  EXPECT_TRUE(spool->advance_cursor("late", 121));
}

TEST(DiskError, APlaceThatStaysUnreadableIsDamageInTheEnd) {
  FaultFileSystem disk;
  {
    const auto spool = open_spool(disk, script_options(Durability::batch));
    for (int i = 1; i <= 5; ++i) ASSERT_TRUE(spool->append(make_batch(texts(fmt::format("batch {}", i), 5))));
    ASSERT_TRUE(spool->sync());
  }
  disk.kill_process();
  const auto spool = open_spool(disk, script_options(Durability::batch));
  const std::string second = segment_paths(disk).at(1);
  disk.fail_matching("read " + second, EIO, ~0ULL);
  const auto reader = spool->reader(1);
  int errors = 0;
  std::vector<std::uint64_t> firsts;
  for (;;) {
    const auto batch = reader->next();
    if (!batch) {
      ASSERT_LT(++errors, 4);
    } else if (!*batch)
      break;
    else
      firsts.push_back((*batch)->first_seq);
  }
  EXPECT_EQ(errors, 3);
  EXPECT_EQ(firsts.front(), 1U);
  EXPECT_EQ(firsts.back(), 21U);
  EXPECT_GT(spool->stats().lost_events, 0U);
  EXPECT_EQ(spool->stats().corrupt_blocks, 1U);
}

TEST(DiskError, AReadErrorWhileOpeningCutsNothing) {
  FaultFileSystem disk;
  {
    const auto spool = open_spool(disk);
    for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(spool->append(make_batch({text})));
    ASSERT_TRUE(spool->sync());
  }
  disk.kill_process();
  const std::string before = disk.content(segment_paths(disk).at(0));
  disk.fail_matching("read spool/0", EIO, 2);
  (void)open_spool(disk);
  EXPECT_EQ(disk.content(segment_paths(disk).at(0)), before);
  disk.kill_process();
  EXPECT_EQ(read_all(*open_spool(disk)).size(), 3U);
}

}  // namespace
}  // namespace longshore::shipper
