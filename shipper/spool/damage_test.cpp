// Files that are not as they were written: after damage, exactly which events come back, and what is counted.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "common/base/crc32c.hpp"
#include "shipper/spool/block.hpp"
#include "shipper/spool/cursor_file.hpp"
#include "shipper/spool/quarantine.hpp"
#include "shipper/spool/spool_for_test.hpp"

namespace longshore::shipper {
namespace {

using test_support::FaultFileSystem;

struct BlockAt {
  std::size_t begin = 0, end = 0;
  std::vector<SeenEvent> events;
};

// One synced group a block: the snapshot, then blocks of 1, 2, 3 and 4 events.
struct SmallSpool {
  FaultFileSystem disk;
  std::string path;
  std::string bytes;
  std::vector<BlockAt> blocks;

  explicit SmallSpool(Codec codec = Codec::none) {
    SpoolOptions options = options_for_test();
    options.codec = codec;
    const auto spool = open_spool(disk, options);
    std::size_t begin = 0;
    std::uint64_t seq = 1;
    for (int size = 1; size <= 4; ++size) {
      EXPECT_TRUE(spool->append(make_batch(texts(fmt::format("block {}", size), size), {{"file", std::to_string(size)}})));
      EXPECT_TRUE(spool->sync());
      path = segment_paths(disk).at(0);
      bytes = disk.content(path);
      if (size == 1) {
        const std::size_t snapshot = decode_header(bytes, 1, 0).value().block_size();
        blocks.push_back({0, snapshot, {}});
        begin = snapshot;
      }
      blocks.push_back({begin, bytes.size(), numbered(seq, texts(fmt::format("block {}", size), size))});
      begin = bytes.size();
      seq += size;
    }
    disk.kill_process();
  }
  std::vector<SeenEvent> events_without(std::size_t block) const {
    std::vector<SeenEvent> events;
    for (std::size_t i = 0; i < blocks.size(); ++i)
      if (i != block) events.insert(events.end(), blocks[i].events.begin(), blocks[i].events.end());
    return events;
  }
  std::size_t block_of(std::size_t offset) const {
    std::size_t i = 0;
    while (offset >= blocks[i].end) ++i;
    return i;
  }
  // A disk that holds `content` as the segment; with a newer segment behind it if asked for.
  void load(FaultFileSystem& to, std::string content, bool newer) const {
    to.set_content(path, std::move(content));
    if (!newer) return;
    const auto spool = open_spool(to);
    EXPECT_TRUE(spool->append(make_batch({"newer"})));
    EXPECT_TRUE(spool->sync());
  }
};

std::size_t quarantined(const FaultFileSystem& disk) {
  std::size_t bytes = 0;
  for (const std::string& path : disk.paths())
    if (path.find("quarantine") != path.npos) bytes += disk.content(path).size();
  return bytes;
}

TEST(Damage, ATornTailOfAnyLengthIsCutAndCounted) {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    const SmallSpool whole(codec);
    const BlockAt& last = whole.blocks.back();
    for (std::size_t size = last.begin; size < last.end; ++size) {
      SCOPED_TRACE(size);
      FaultFileSystem disk;
      whole.load(disk, whole.bytes.substr(0, size), false);
      const auto spool = open_spool(disk);
      EXPECT_EQ(spool->stats().torn_bytes, size - last.begin);
      EXPECT_EQ(disk.content(whole.path).size(), last.begin);
      EXPECT_EQ(quarantined(disk), size - last.begin);
      EXPECT_EQ(read_all(*spool), whole.events_without(4));
      EXPECT_EQ(spool->checkpoints().at("file"), "3");
      ASSERT_TRUE(spool->append(make_batch({"next"})));
      ASSERT_TRUE(spool->sync());
      EXPECT_EQ(read_all(*spool).back(), (SeenEvent{7, "next"}));
      EXPECT_EQ(spool->stats().corrupt_blocks, 0U);
      EXPECT_EQ(spool->stats().lost_events, 0U);
    }
  }
}

class FlippedByte : public testing::TestWithParam<std::tuple<Codec, char>> {};

TEST_P(FlippedByte, InAnOlderSegmentLosesExactlyItsBlock) {
  const auto [codec, flip] = GetParam();
  const SmallSpool whole(codec);
  FaultFileSystem disk;  // the same with a newer segment
  whole.load(disk, whole.bytes, true);
  for (std::size_t at = 0; at < whole.bytes.size(); ++at) {
    SCOPED_TRACE(at);
    disk.kill_process();
    std::string damaged = whole.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ flip);
    disk.set_content(whole.path, damaged);
    const std::size_t hit = whole.block_of(at);
    std::vector<SeenEvent> expected = whole.events_without(hit);
    expected.push_back({11, "newer"});
    const auto spool = open_spool(disk);
    EXPECT_EQ(read_all(*spool), expected);
    EXPECT_EQ(read_all(*spool), expected);  // a second reader counts nothing again
    EXPECT_EQ(spool->stats().corrupt_blocks, 1U);
    EXPECT_EQ(spool->stats().corrupt_bytes, whole.blocks[hit].end - whole.blocks[hit].begin);
    EXPECT_EQ(spool->stats().lost_events, whole.blocks[hit].events.size());
    EXPECT_EQ(spool->stats().torn_bytes, 0U);
    EXPECT_EQ(spool->stats().next_seq, 12U);
    EXPECT_EQ(spool->checkpoints().at("file"), "4");
    if (HasFailure()) return;
  }
}

TEST_P(FlippedByte, InTheNewestSegmentLosesExactlyItsBlock) {
  const auto [codec, flip] = GetParam();
  const SmallSpool whole(codec);
  for (std::size_t at = 0; at < whole.bytes.size(); ++at) {
    SCOPED_TRACE(at);
    FaultFileSystem disk;
    std::string damaged = whole.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ flip);
    disk.set_content(whole.path, damaged);
    const std::size_t hit = whole.block_of(at);
    const std::size_t size = whole.blocks[hit].end - whole.blocks[hit].begin;
    const bool last = hit + 1 == whole.blocks.size();
    const auto spool = open_spool(disk);
    EXPECT_EQ(read_all(*spool), whole.events_without(hit));
    EXPECT_EQ(spool->stats().corrupt_blocks, last ? 0U : 1U);
    EXPECT_EQ(spool->stats().corrupt_bytes, last ? 0U : size);
    EXPECT_EQ(spool->stats().torn_bytes, last ? size : 0U);
    EXPECT_EQ(spool->stats().lost_events, last ? 0U : whole.blocks[hit].events.size());
    EXPECT_EQ(spool->checkpoints().at("file"), last ? "3" : "4");
    EXPECT_EQ(quarantined(disk), size);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, FlippedByte,
                         testing::Combine(testing::Values(Codec::none, Codec::zstd), testing::Values('\x01', '\xFF')));

TEST(Damage, ABlockInsideALogLineIsNotTakenForOneWhenTheBlockAroundItIsDamaged) {
  const SmallSpool donor;
  const std::string forged = donor.bytes.substr(donor.blocks[1].begin, donor.blocks[1].end - donor.blocks[1].begin);
  FaultFileSystem disk;
  {
    const auto spool = open_spool(disk);
    ASSERT_TRUE(spool->append(make_batch({forged, forged})));
    ASSERT_TRUE(spool->append(make_batch({"after"})));
    ASSERT_TRUE(spool->sync());
  }
  disk.kill_process();
  const std::string path = segment_paths(disk).at(0);
  std::string bytes = disk.content(path);
  const std::size_t outer = decode_header(bytes, 1, 0).value().block_size();
  bytes[outer + 60] = static_cast<char>(bytes[outer + 60] ^ 1);
  disk.set_content(path, bytes);
  const auto spool = open_spool(disk);
  EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{3, "after"}}));
  EXPECT_EQ(spool->stats().corrupt_blocks, 1U);
  EXPECT_EQ(spool->stats().lost_events, 2U);
}

TEST(Damage, SegmentsThatAreEmptyOrGarbageDoNotStopTheSpool) {
  for (const std::string& garbage : {std::string(), std::string("x"), std::string(100'000, '\0'), std::string(70'000, 'L'),
                                     "LSbk" + std::string(200, '\xFF')}) {
    const SmallSpool whole;
    FaultFileSystem disk;
    disk.set_content(whole.path, whole.bytes);
    disk.set_content(std::string(kDir) + "/" + segment_file_name({2, 11}), garbage);
    disk.set_content(std::string(kDir) + "/notes.txt", "not ours");
    const auto spool = open_spool(disk);
    EXPECT_EQ(spool->stats().torn_bytes, garbage.size());
    ASSERT_TRUE(spool->append(make_batch({"next"})));
    ASSERT_TRUE(spool->sync());
    std::vector<SeenEvent> expected = whole.events_without(99);
    expected.push_back({11, "next"});
    EXPECT_EQ(read_all(*spool), expected);
    EXPECT_EQ(spool->checkpoints().at("file"), "4");
    EXPECT_EQ(disk.content(std::string(kDir) + "/notes.txt"), "not ours");
    EXPECT_EQ(segment_paths(disk).size(), 2U);
  }
}

// Replaces bytes of a header and makes its checksum right again.
std::string with_header(std::string bytes, std::size_t block, std::size_t at, std::string_view value) {
  bytes.replace(block + at, value.size(), value);
  const std::uint32_t crc = base::crc32c(std::string_view(bytes).substr(block, 60));
  std::memcpy(bytes.data() + block + 60, &crc, sizeof crc);
  return bytes;
}

TEST(Damage, HugeLengthsAndForeignVersionsInAValidHeaderAreDamage) {
  const SmallSpool whole;
  const std::size_t block = whole.blocks[2].begin;
  const std::string most = "\xFF\xFF\xFF\xFF";
  const std::string gib("\0\0\0\x40", 4);
  for (const std::string& bytes :
       {with_header(whole.bytes, block, 40, most), with_header(whole.bytes, block, 44, most),
        with_header(whole.bytes, block, 48, most), with_header(whole.bytes, block, 20, most),
        with_header(whole.bytes, block, 40, gib), with_header(whole.bytes, block, 24, most + most),
        with_header(whole.bytes, block, 4, std::string("\x02\x00", 2)),
        with_header(whole.bytes, block, 4, std::string("\x00\x00", 2)), with_header(whole.bytes, block, 6, "\x02"),
        with_header(whole.bytes, block, 6, "\x01"), with_header(whole.bytes, block, 7, "\x80")}) {
    FaultFileSystem disk;
    whole.load(disk, bytes, true);
    const auto spool = open_spool(disk);
    EXPECT_EQ(read_all(*spool, 1).size(), 9U);  // 10 and the newer one, less the damaged block's 2
    EXPECT_EQ(spool->stats().corrupt_blocks, 1U);
    EXPECT_EQ(spool->stats().lost_events, 2U);
  }
}

TEST(Damage, ASegmentThatSomebodyDeletedIsCountedOnceHoweverManyReaders) {
  FaultFileSystem disk;
  SpoolOptions options = options_for_test();
  options.segment_size = base::Bytes{500};
  const auto spool = open_spool(disk, options);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(spool->append(make_batch(texts("x", 5))));
    ASSERT_TRUE(spool->sync());
  }
  ASSERT_EQ(segment_paths(disk).size(), 4U);
  const auto early = spool->reader(0);
  const auto late = spool->reader(8);
  ASSERT_TRUE(disk.unlink(segment_paths(disk).at(1)));
  options.memory = base::Bytes{0};
  EXPECT_EQ(drain(*late).size() + drain(*early).size(), 35U);  // from memory: nobody noticed
  const auto again = spool->reader(0);
  const auto middle = spool->reader(8);
  EXPECT_EQ(drain(*middle).size(), 10U);
  EXPECT_EQ(spool->stats().lost_events, 3U);
  EXPECT_EQ(drain(*again).size(), 15U);
  EXPECT_EQ(spool->stats().lost_events, 5U);
}

TEST(Damage, TheQuarantineStaysWithinItsLimitAndKeepsTheFirst) {
  const SmallSpool whole;
  FaultFileSystem disk;
  std::string damaged = whole.bytes;
  damaged[whole.blocks[2].begin] = 'X';
  whole.load(disk, damaged, true);
  disk.set_content("spool/quarantine/0000000001-0000000000", std::string(kQuarantineLimit.value, 'q'));
  const auto spool = open_spool(disk);
  EXPECT_EQ(read_all(*spool).size(), 9U);
  EXPECT_EQ(spool->stats().corrupt_blocks, 1U);
  EXPECT_EQ(quarantined(disk), kQuarantineLimit.value);
}

// --- cursors ---

FaultFileSystem& with_cursor(FaultFileSystem& disk, std::uint64_t seq) {
  const auto spool = open_spool(disk);
  EXPECT_TRUE(spool->append(make_batch(texts("x", 9))));
  EXPECT_TRUE(spool->sync());
  EXPECT_TRUE(spool->open_cursor("sink"));
  for (std::uint64_t at = 2; at <= seq; ++at) EXPECT_TRUE(spool->advance_cursor("sink", at));
  return disk;
}

TEST(Damage, ACursorSurvivesTheLossOfEitherSlot) {
  FaultFileSystem disk;
  with_cursor(disk, 5).kill_process();
  const std::string path = "spool/sink.cursor";
  const std::string whole = disk.content(path);
  ASSERT_EQ(whole.size(), 2 * kCursorSlotSize);
  std::vector<std::uint64_t> found;
  for (const std::size_t slot : {std::size_t{0}, kCursorSlotSize}) {
    std::string damaged = whole;
    damaged[slot + 17] ^= 1;
    disk.set_content(path, damaged);
    found.push_back(open_spool(disk)->open_cursor("sink").value());
  }
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<std::uint64_t>{4, 5}));
}

TEST(Damage, ACursorThatIsLostStartsAtTheOldestEventAndIsCounted) {
  FaultFileSystem disk;
  with_cursor(disk, 5).kill_process();
  disk.set_content("spool/sink.cursor", "garbage");
  const auto spool = open_spool(disk);
  EXPECT_EQ(spool->stats().lost_cursors, 1U);
  EXPECT_EQ(spool->open_cursor("sink").value(), 1U);
  ASSERT_TRUE(spool->advance_cursor("sink", 7));
  EXPECT_EQ(read_cursor(disk, "spool/sink.cursor")->seq, 7U);
}

TEST(Damage, NoNumberIsGivenTwiceWhenACursorIsAheadOfTheData) {
  FaultFileSystem disk;
  with_cursor(disk, 8).kill_process();
  ASSERT_TRUE(disk.unlink(segment_paths(disk).at(0)));
  const auto spool = open_spool(disk);
  EXPECT_EQ(spool->open_cursor("sink").value(), 8U);
  ASSERT_TRUE(spool->append(make_batch({"next"})));
  ASSERT_TRUE(spool->sync());
  EXPECT_EQ(read_all(*spool), (std::vector<SeenEvent>{{8, "next"}}));
}

TEST(Damage, TheCursorOfARemovedSinkHoldsNothingBack) {
  FaultFileSystem disk;
  SpoolOptions options = options_for_test();
  options.segment_size = base::Bytes{500};
  {
    const auto spool = open_spool(disk, options);
    ASSERT_TRUE(spool->open_cursor("removed"));
    ASSERT_TRUE(spool->append(make_batch(texts("x", 5))));
    ASSERT_TRUE(spool->sync());
  }
  const auto spool = open_spool(disk, options);
  ASSERT_TRUE(spool->open_cursor("kept"));
  ASSERT_TRUE(spool->append(make_batch(texts("y", 5))));
  ASSERT_TRUE(spool->sync());
  ASSERT_TRUE(spool->advance_cursor("kept", 6));
  EXPECT_EQ(segment_paths(disk).size(), 1U);
  EXPECT_EQ(spool->cursors().size(), 1U);
  // When it comes back, it is told what it has missed.
  EXPECT_EQ(spool->open_cursor("removed").value(), 6U);
  EXPECT_EQ(spool->stats().lost_events, 5U);
}

}  // namespace
}  // namespace longshore::shipper
