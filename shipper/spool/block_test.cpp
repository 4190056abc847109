#include "shipper/spool/block.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "shipper/spool/spool_for_test.hpp"

namespace longshore::shipper {
namespace {

BlockHeader some_header() {
  return {.codec = Codec::zstd,
          .snapshot = true,
          .padded = true,
          .segment = 7,
          .offset = 8192,
          .synced = 4096,
          .first_seq = 1'000'000'000'000,
          .received_ns = -5,
          .event_count = 3,
          .arena_size = 500,
          .table_size = 60,
          .stored_size = 300,
          .table_crc = 0x01020304,
          .data_crc = 0x05060708};
}

TEST(Block, AHeaderComesBackAsItWent) {
  char bytes[kBlockHeaderSize];
  encode_header(some_header(), bytes);
  const auto header = decode_header({bytes, sizeof bytes}, 7, 8192);
  ASSERT_TRUE(header);
  EXPECT_EQ(*header, some_header());
  EXPECT_EQ(header->end_seq(), 1'000'000'000'003U);
  EXPECT_EQ(header->data_size(), 500U + 3 * 72);
  EXPECT_EQ(header->block_size(), 4096U);
}

TEST(Block, AHeaderCountsOnlyWhereItWasWritten) {
  char bytes[kBlockHeaderSize];
  encode_header(some_header(), bytes);
  EXPECT_FALSE(decode_header({bytes, sizeof bytes}, 8, 8192));
  EXPECT_FALSE(decode_header({bytes, sizeof bytes}, 7, 0));
  EXPECT_FALSE(decode_header({bytes, sizeof bytes - 1}, 7, 8192));
}

TEST(Block, ATableComesBackAsItWentAndNoPartOfItIsATable) {
  const std::vector<SourceInfo> sources{{"tcp", {"a", ""}}, {"", {}}};
  const std::vector<Checkpoint> checkpoints{{"key", "value"}, {"gone", ""}};
  std::string bytes;
  encode_table(sources, checkpoints, bytes);
  std::vector<SourceInfo> got_sources;
  std::vector<Checkpoint> got_checkpoints;
  ASSERT_TRUE(decode_table(bytes, got_sources, got_checkpoints));
  EXPECT_EQ(got_sources, sources);
  EXPECT_EQ(got_checkpoints, checkpoints);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_table(std::string_view(bytes).substr(0, size), got_sources, got_checkpoints));
  EXPECT_FALSE(decode_table(bytes + "x", got_sources, got_checkpoints));
}

TEST(Block, ATableWithAHugeCountIsRefusedBeforeMemoryIsTaken) {
  std::vector<SourceInfo> sources;
  std::vector<Checkpoint> checkpoints;
  const std::string most = "\xFF\xFF\xFF\x7F";
  EXPECT_FALSE(decode_table(most + std::string(100, '\0'), sources, checkpoints));
  EXPECT_FALSE(decode_table(std::string(4, '\0') + most, sources, checkpoints));
  EXPECT_FALSE(decode_table(std::string("\1\0\0\0", 4) + most, sources, checkpoints));
}

TEST(Block, AnEventThatPointsOutOfItsArenaIsNotValid) {
  const auto good = make_batch({"text"});
  const std::size_t arena = good->arena.size();
  const auto size = static_cast<std::uint32_t>(arena);
  ASSERT_TRUE(valid_events(good->events, arena, 1));
  EXPECT_FALSE(valid_events(good->events, arena - 1, 1));
  EXPECT_FALSE(valid_events(good->events, arena, 0));
  std::vector<std::function<void(Event&)>> breaks;
  for (Slice Event::* slice : {&Event::frame, &Event::message, &Event::structured_data, &Event::fields}) {
    breaks.push_back([=](Event& e) { e.*slice = {0, size + 1}; });
    breaks.push_back([=](Event& e) { e.*slice = {size + 1, 0}; });
    breaks.push_back([=](Event& e) { e.*slice = {0xFFFFFFFF, 2}; });  // the sum overflows
  }
  breaks.push_back([=](Event& e) { e.set_host({size, 1}); });
  breaks.push_back([=](Event& e) { e.set_app({size, 1}); });
  breaks.push_back([=](Event& e) { e.set_procid({size, 1}); });
  breaks.push_back([=](Event& e) { e.set_msgid({0xFFFFFFFF, 1}); });
  breaks.push_back([](Event& e) { e.priority = 192; });
  breaks.push_back([](Event& e) { e.format = static_cast<Format>(6); });
  breaks.push_back([](Event& e) { e.source = 1; });
  for (const auto& break_it : breaks) {
    std::vector<Event> events = good->events;
    break_it(events[0]);
    EXPECT_FALSE(valid_events(events, arena, 1));
  }
}

}  // namespace
}  // namespace longshore::shipper
