#include "shipper/spool/disk_spool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "shipper/spool/spool_for_test.hpp"

namespace longshore::shipper {
namespace {

using test_support::FaultFileSystem;

SpoolOptions tiny_segments() {
  SpoolOptions options = options_for_test();
  options.segment_size = base::Bytes{1000};
  return options;
}

TEST(DiskSpool, WhatWasSyncedIsReadInOrderWithItsSequenceNumbers) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  ASSERT_TRUE(spool->append(make_batch({"one", "two"})));
  ASSERT_TRUE(spool->append(make_batch({"three"})));
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{1, "one"}, {2, "two"}, {3, "three"}}));
  EXPECT_EQ(read_all(*spool, 3), (std::vector<SeenEvent>{{3, "three"}}));
  EXPECT_EQ(spool->stats().next_seq, 4U);
}

TEST(DiskSpool, ReadersSeeNothingBeforeItIsSynced) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  const auto reader = spool->reader(0);
  ASSERT_TRUE(spool->append(make_batch({"one"})));
  EXPECT_TRUE(drain(*reader).empty());
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(drain(*reader), (std::vector<SeenEvent>{{1, "one"}}));
  EXPECT_TRUE(drain(*reader).empty());
}

TEST(DiskSpool, ABatchComesBackFromDiskAsItWent) {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    FaultFileSystem disk;
    SpoolOptions options = options_for_test();
    options.codec = codec;
    const auto batch = make_batch(texts("line", 50), {{"file", "4711"}});
    batch->events[3].fields = append_field(batch->arena, FieldKind::text, "key", "value");
    ASSERT_TRUE(open_spool(disk, options)->append(batch));
    disk.kill_process();
    const auto spool = open_spool(disk, options);
    const auto read = spool->reader(0)->next();
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->arena.view(), batch->arena.view());
    EXPECT_EQ(std::memcmp((*read)->events.data(), batch->events.data(), 50 * sizeof(Event)), 0);
    EXPECT_EQ((*read)->sources, batch->sources);
    EXPECT_EQ((*read)->checkpoints, batch->checkpoints);
    EXPECT_EQ((*read)->received, batch->received);
    EXPECT_EQ((*read)->first_seq, 1U);
  }
}

TEST(DiskSpool, LargeBlocksEndAtAPageAndSmallOnesStayDense) {
  FaultFileSystem disk;
  std::vector<SeenEvent> written;
  {
    const auto spool = open_spool(disk);
    for (const std::size_t size : {10, 200'000, 70'000, 20, 65'536, 30}) {
      written.push_back({written.size() + 1, std::string(size, 'x')});
      const std::uint64_t before = spool->stats().bytes;
      ASSERT_TRUE(spool->append(make_batch({written.back().text})));
      ASSERT_TRUE(spool->sync());
      if (size > 65'000) {
        EXPECT_EQ(spool->stats().bytes % 4096, 0U);
      } else if (before > 0) {
        EXPECT_LT(spool->stats().bytes - before, 300U);
      }
    }
  }
  disk.kill_process();
  EXPECT_EQ(read_all(*open_spool(disk)), written);
}

TEST(DiskSpool, SequenceNumbersGoOnAfterARestart) {
  FaultFileSystem disk;
  {
    const auto spool = open_spool(disk);
    ASSERT_TRUE(spool->append(make_batch(texts("a", 3))));
    ASSERT_TRUE(spool->sync());
  }
  const auto spool = open_spool(disk);
  EXPECT_EQ(spool->stats().next_seq, 4U);
  ASSERT_TRUE(spool->append(make_batch({"b"})));
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{1, "a 1"}, {2, "a 2"}, {3, "a 3"}, {4, "b"}}));
}

TEST(DiskSpool, ASecondProcessIsRefused) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  const auto second = Spool::open(options_for_test(), disk);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Code::exists);
}

TEST(DiskSpool, SegmentsAreDeletedOldestFirstWhenEveryCursorHasPassedThem) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk, tiny_segments());
  ASSERT_EQ(spool->open_cursor("slow").value(), 1U);
  ASSERT_EQ(spool->open_cursor("fast").value(), 1U);
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(spool->append(make_batch(texts("x", 5))));
    ASSERT_TRUE(spool->sync());
  }
  const std::size_t segments = segment_paths(disk).size();
  ASSERT_EQ(segments, 8U);
  ASSERT_TRUE(spool->advance_cursor("fast", 41));
  EXPECT_EQ(segment_paths(disk).size(), segments);
  ASSERT_TRUE(spool->advance_cursor("slow", 15));  // in the middle of the third
  EXPECT_EQ(segment_paths(disk).size(), 6U);
  EXPECT_EQ(spool->stats().first_seq, 11U);
  ASSERT_TRUE(spool->advance_cursor("slow", 41));
  EXPECT_EQ(segment_paths(disk).size(), 1U);  // the newest stays
  const std::vector<std::string> log = disk.log();
  std::vector<std::string> unlinked;
  for (const std::string& line : log)
    if (line.starts_with("unlink")) unlinked.push_back(line);
  EXPECT_TRUE(std::is_sorted(unlinked.begin(), unlinked.end()));
  const auto first_unlink = std::find_if(log.begin(), log.end(), [](auto& l) { return l.starts_with("unlink"); });
  EXPECT_EQ(*std::prev(first_unlink), "sync spool/slow.cursor");
}

TEST(DiskSpool, ANewSegmentBeginsWithAllLiveCheckpoints) {
  FaultFileSystem disk;
  {
    const auto spool = open_spool(disk, tiny_segments());
    ASSERT_TRUE(spool->open_cursor("sink"));
    ASSERT_TRUE(spool->append(make_batch({"x"}, {{"old", "1"}, {"gone", "2"}})));
    ASSERT_TRUE(spool->append(make_batch({"x"}, {{"gone", ""}})));
    ASSERT_TRUE(spool->sync());
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(spool->append(make_batch(texts("x", 5), {{"new", std::to_string(i)}})));
      ASSERT_TRUE(spool->sync());
    }
    ASSERT_TRUE(spool->advance_cursor("sink", 1000));
    EXPECT_EQ(segment_paths(disk).size(), 1U);
    EXPECT_EQ(spool->checkpoints(), (std::map<std::string, std::string>{{"new", "4"}, {"old", "1"}}));
  }
  disk.cut_power(0);
  EXPECT_EQ(open_spool(disk)->checkpoints(), (std::map<std::string, std::string>{{"new", "4"}, {"old", "1"}}));
}

TEST(DiskSpool, AFullSpoolRefusesUntilASinkHasMadeRoom) {
  FaultFileSystem disk;
  SpoolOptions options = tiny_segments();
  options.max_size = base::Bytes{4000};
  const auto spool = open_spool(disk, options);
  ASSERT_TRUE(spool->open_cursor("sink"));
  base::Result<void> appended;
  int taken = 0;
  for (; (appended = spool->append(make_batch(texts("x", 5)))); ++taken) ASSERT_TRUE(spool->sync());
  EXPECT_EQ(appended.error().code, base::Code::exhausted);
  EXPECT_GE(taken, 4);
  EXPECT_LE(spool->stats().bytes, 4000U);
  ASSERT_TRUE(spool->advance_cursor("sink", 11));
  EXPECT_TRUE(spool->append(make_batch(texts("x", 5))));
}

TEST(DiskSpool, CursorsNeverMoveBackwardsNorPastTheData) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  ASSERT_TRUE(spool->append(make_batch(texts("x", 5))));
  ASSERT_TRUE(spool->sync());
  ASSERT_TRUE(spool->open_cursor("sink"));
  ASSERT_TRUE(spool->advance_cursor("sink", 4));
  ASSERT_TRUE(spool->advance_cursor("sink", 2));
  EXPECT_EQ(spool->cursors().at("sink"), 4U);
  ASSERT_TRUE(spool->advance_cursor("sink", 99));
  EXPECT_EQ(spool->cursors().at("sink"), 6U);
  EXPECT_EQ(spool->advance_cursor("nobody", 1).error().code, base::Code::not_found);
}

TEST(DiskSpool, AnEmptyBatchTakesNoRoom) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  EXPECT_TRUE(spool->append(make_batch({})));
  EXPECT_TRUE(spool->sync());
  EXPECT_TRUE(segment_paths(disk).empty());
}

TEST(DiskSpool, EventsWithoutASourceAreRefused) {
  FaultFileSystem disk;
  const auto batch = make_batch({"x"});
  batch->sources.clear();
  EXPECT_EQ(open_spool(disk)->append(batch).error().code, base::Code::invalid);
}

}  // namespace
}  // namespace longshore::shipper
