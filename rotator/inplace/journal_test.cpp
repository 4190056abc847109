#include "rotator/inplace/journal.hpp"

#include <gtest/gtest.h>

#include <random>

namespace longshore::rotator {
namespace {

JournalRecord some_record() {
  return {.phase = JournalRecord::Phase::collapsing,
          .codec = Codec::zstd,
          .level = 3,
          .log = {1234567, 1'800'000'000'000'000'001},
          .head = {987654321, {1, 2, 3, 4, 5, 6, 7, 8}},
          .cut = 987652096,
          .archive_bytes = 4711,
          .archive_name = "app.log-20261127 with \"blanks\".zst"};
}

TEST(Journal, ARecordComesBackAsItWas) {
  const auto read = decode_journal(encode_record(some_record(), 42));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->record, some_record());
  EXPECT_EQ(read->generation, 42U);
}

TEST(Journal, TheNewerSlotCountsAndATornOneDoesNot) {
  JournalRecord newer = some_record();
  newer.phase = JournalRecord::Phase::removing;
  const std::string old_slot = encode_record(some_record(), 7), new_slot = encode_record(newer, 8);
  EXPECT_EQ(decode_journal(new_slot + old_slot)->record, newer);
  EXPECT_EQ(decode_journal(old_slot + new_slot)->record, newer);
  const std::string older = encode_record(some_record(), 6);
  for (std::size_t whole = 0; whole < new_slot.size(); ++whole) {
    const std::string torn = new_slot.substr(0, whole) + older.substr(whole);
    if (torn != new_slot) {
      EXPECT_EQ(decode_journal(torn + old_slot)->generation, 7U) << whole;
    }
    EXPECT_FALSE(decode_journal(new_slot.substr(0, whole))) << whole;
  }
}

TEST(Journal, AnyBytesAreSafe) {
  std::mt19937 random(1);
  for (int turn = 0; turn < 20'000; ++turn) {
    std::string bytes = encode_record(some_record(), 1) + encode_record(some_record(), 2);
    bytes.resize(random() % (bytes.size() + 1));
    for (std::size_t hits = random() % 4 + 1; hits > 0 && !bytes.empty(); --hits)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto read = decode_journal(bytes);
    EXPECT_TRUE(!read || read->record == some_record());
  }
}

TEST(Journal, ANameThatLeadsElsewhereIsNoRecord) {
  JournalRecord record = some_record();
  record.archive_name = "../elsewhere";
  EXPECT_FALSE(decode_journal(encode_record(record, 1)));
}

}  // namespace
}  // namespace longshore::rotator
