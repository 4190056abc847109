#include "shipper/spool/spool_view.hpp"

#include <gtest/gtest.h>

#include "shipper/spool/spool_for_test.hpp"
#include "shipper/spool/verify.hpp"

namespace longshore::shipper {
namespace {

using test_support::FaultFileSystem;

constexpr base::Timestamp kReceived{1'700'000'000'123'456'789};  // of make_batch

std::unique_ptr<SpoolView> open_view(base::FileSystem& file_system) {
  auto view = SpoolView::open(kDir, file_system);
  EXPECT_TRUE(view) << view.error().message;
  return view ? *std::move(view) : nullptr;
}

void put(Spool& spool, const std::vector<std::string>& list) {
  ASSERT_TRUE(spool.append(make_batch(list)));
  ASSERT_TRUE(spool.sync());
}

struct Verified {
  VerifyTotals totals;
  std::vector<Damage> damages;
};
Verified verify(base::FileSystem& file_system, const std::function<void()>& pause = [] {}) {
  Verified result;
  const auto totals =
      verify_spool(kDir, file_system, [&](const Damage& damage) { result.damages.push_back(damage); }, pause);
  EXPECT_TRUE(totals) << totals.error().message;
  result.totals = totals.value_or(VerifyTotals{});
  return result;
}

// Two segments of two blocks each; the sink "slow" has the first event.
void spool_of_two_segments(FaultFileSystem& disk) {
  for (const char* name : {"a", "b"}) {
    const auto spool = open_spool(disk);
    (void)spool->open_cursor("slow");
    put(*spool, texts(name, 2));
    put(*spool, texts(name, 3));
    (void)spool->advance_cursor("slow", 2);
  }
}

TEST(SpoolView, TellsSegmentsAndHowFarEachSinkIsBehind) {
  FaultFileSystem disk;
  spool_of_two_segments(disk);
  const auto paths = segment_paths(disk);
  ASSERT_EQ(paths.size(), 2U);
  const SpoolSummary found = open_view(disk)->summary().value();
  ASSERT_EQ(found.segments.size(), 2U);
  EXPECT_EQ(found.segments[0], (SegmentSummary{{1, 1}, disk.content(paths[0]).size(), 5, 6, kReceived, kReceived, false}));
  EXPECT_EQ(found.segments[1], (SegmentSummary{{2, 6}, disk.content(paths[1]).size(), 5, 11, kReceived, kReceived, true}));
  ASSERT_EQ(found.cursors.size(), 1U);
  EXPECT_EQ(found.cursors[0], (CursorSummary{"slow", false, 2, 9, kReceived}));
  EXPECT_EQ(found.next_seq, 11U);
}

TEST(SpoolView, ChangesNothingWhateverItFinds) {
  FaultFileSystem disk;
  spool_of_two_segments(disk);
  const auto paths = segment_paths(disk);
  disk.set_content(paths[1], disk.content(paths[1]) + "torn");
  std::string damaged = disk.content(paths[0]);
  damaged[damaged.size() - 5] ^= 1;
  disk.set_content(paths[0], damaged);
  std::vector<std::pair<std::string, std::string>> before, after;
  for (const std::string& path : disk.paths()) before.emplace_back(path, disk.content(path));

  const auto view = open_view(disk);
  ASSERT_TRUE(view->summary());
  std::vector<std::uint64_t> seqs;
  for (const SeenEvent& event : drain(*view->reader(0))) seqs.push_back(event.seq);
  EXPECT_EQ(seqs, (std::vector<std::uint64_t>{1, 2, 6, 7, 8, 9, 10}));
  EXPECT_EQ(view->stats().corrupt_blocks, 1U);
  verify(disk);
  for (const std::string& path : disk.paths()) after.emplace_back(path, disk.content(path));
  EXPECT_EQ(after, before);
}

TEST(SpoolView, LooksAtASpoolThatIsBeingWritten) {
  FaultFileSystem disk;
  const auto spool = open_spool(disk);
  put(*spool, texts("a", 3));
  EXPECT_EQ(drain(*open_view(disk)->reader(2), 2).size(), 2U);
  EXPECT_EQ(verify(disk).totals.events, 3U);
  put(*spool, texts("b", 2));  // its lock is still its own
  EXPECT_EQ(drain(*open_view(disk)->reader(0)).size(), 5U);
}

TEST(SpoolView, NoFolderIsAnError) {
  base::PosixFileSystem disk;
  const auto view = SpoolView::open("/proc/nowhere", disk);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, base::Code::not_found);
}

TEST(SpoolView, ADamagedCursorIsNamed) {
  FaultFileSystem disk;
  spool_of_two_segments(disk);
  disk.set_content("spool/slow.cursor", "not a cursor");
  const SpoolSummary found = open_view(disk)->summary().value();
  ASSERT_EQ(found.cursors.size(), 1U);
  EXPECT_EQ(found.cursors[0], (CursorSummary{.sink = "slow.cursor", .damaged = true}));
  EXPECT_EQ(verify(disk).damages.at(0).file, "slow.cursor");
}

TEST(Verify, AGoodSpoolHasNoDamage) {
  FaultFileSystem disk;
  spool_of_two_segments(disk);
  const Verified found = verify(disk);
  EXPECT_TRUE(found.damages.empty());
  EXPECT_EQ(found.totals.files, 3U);
  EXPECT_EQ(found.totals.blocks, 6U);  // a snapshot and two of events, each
  EXPECT_EQ(found.totals.events, 10U);
}

TEST(Verify, EveryFlippedByteIsFound) {
  FaultFileSystem disk;
  put(*open_spool(disk), {"one", "two"});
  const std::string path = segment_paths(disk)[0];
  const std::string good = disk.content(path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= 0x20;
    disk.set_content(path, bad);
    const Verified found = verify(disk);
    ASSERT_FALSE(found.damages.empty()) << at;
    EXPECT_LE(found.damages[0].begin, at);
    EXPECT_GT(found.damages[0].end, at);
  }
}

TEST(Verify, EventsThatAreMissingBetweenSegmentsAreNamed) {
  FaultFileSystem disk;
  for (const char* name : {"a", "b", "c"}) put(*open_spool(disk), texts(name, 2));
  ASSERT_TRUE(disk.unlink(segment_paths(disk)[1]));
  const Verified found = verify(disk);
  ASSERT_EQ(found.damages.size(), 1U);
  EXPECT_EQ(found.damages[0].what, "events 3 to 4 are missing before it");
}

TEST(Verify, ATailThatIsCompletedMeanwhileIsNoDamage) {
  FaultFileSystem disk;
  put(*open_spool(disk), texts("a", 3));
  const std::string path = segment_paths(disk)[0];
  const std::string whole = disk.content(path);
  disk.set_content(path, whole.substr(0, whole.size() - 10));
  const Verified completed = verify(disk, [&] { disk.set_content(path, whole); });
  EXPECT_TRUE(completed.damages.empty());
  EXPECT_EQ(completed.totals.events, 3U);

  disk.set_content(path, whole.substr(0, whole.size() - 10));
  int pauses = 0;
  EXPECT_EQ(verify(disk, [&] { ++pauses; }).damages.size(), 1U);
  EXPECT_EQ(pauses, 10);
}

}  // namespace
}  // namespace longshore::shipper
