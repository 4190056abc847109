#include "shipper/docker/gelf_chunks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

std::string chunk(std::uint64_t id, unsigned sequence, unsigned count, std::string_view content) {
  std::string bytes = "\x1e\x0f";
  bytes.append(reinterpret_cast<const char*>(&id), 8);
  bytes += static_cast<char>(sequence);
  bytes += static_cast<char>(count);
  return bytes.append(content);
}

struct Assembler {
  GelfChunks chunks;
  DropCounter lost;
  explicit Assembler(GelfChunkLimits limits = {}) : chunks(limits) {}
  std::string add(std::string_view bytes, base::Timestamp now = kNow) { return std::string(chunks.add(bytes, now, lost)); }
};

TEST(GelfChunks, AMessageIsWholeWhenAllChunksCameInAnyOrder) {
  Assembler a;
  EXPECT_EQ(a.add(chunk(7, 2, 3, "c")), "");
  EXPECT_EQ(a.add(chunk(7, 0, 3, "a")), "");
  EXPECT_EQ(a.add(chunk(8, 0, 1, "single")), "single");
  EXPECT_EQ(a.add(chunk(7, 1, 3, "b")), "abc");
  EXPECT_EQ(a.chunks.held_bytes(), 0U);
  EXPECT_TRUE(a.lost.dropped.empty());
}

TEST(GelfChunks, ADuplicateIsIgnored) {
  Assembler a;
  a.add(chunk(7, 0, 2, "first"));
  EXPECT_EQ(a.add(chunk(7, 0, 2, "again")), "");
  EXPECT_EQ(a.add(chunk(7, 1, 2, "!")), "first!");
  EXPECT_TRUE(a.lost.dropped.empty());
}

TEST(GelfChunks, AnIncompleteMessageExpiresAfterFiveSecondsAndIsCounted) {
  Assembler a;
  a.add(chunk(7, 0, 2, "first"));
  EXPECT_EQ(a.chunks.next_deadline(), kNow + 5s);
  EXPECT_EQ(a.add(chunk(7, 1, 2, "late"), kNow + 5s), "");
  EXPECT_EQ(a.lost.dropped.at("gelf_incomplete"), 1U);
  a.chunks.expire(kNow + 10s, a.lost);
  EXPECT_EQ(a.lost.dropped.at("gelf_incomplete"), 2U);
  EXPECT_EQ(a.chunks.held_messages(), 0U);
  EXPECT_EQ(a.chunks.held_bytes(), 0U);
  EXPECT_EQ(a.chunks.next_deadline(), base::kNever);
}

TEST(GelfChunks, AChunkThatFitsNoMessageIsCounted) {
  Assembler a;
  a.add(chunk(7, 0, 2, "x"));
  for (const std::string& bad : {chunk(1, 0, 0, "x"), chunk(1, 2, 2, "x"), chunk(1, 0, 129, "x"), chunk(7, 1, 3, "x"),
                                 chunk(1, 0, 2, "x").substr(0, 11)})
    EXPECT_EQ(a.add(bad), "");
  EXPECT_EQ(a.lost.dropped.at("gelf_bad_chunk"), 5U);
  EXPECT_EQ(a.chunks.held_messages(), 1U);
}

TEST(GelfChunks, AFloodOfMessagesThatNeverCompleteStaysWithinItsBounds) {
  Assembler a({.max_messages = 100, .max_bytes = 1 << 20});
  for (std::uint64_t id = 0; id < 1000; ++id) a.add(chunk(id, 0, 128, "x"));
  EXPECT_LE(a.chunks.held_messages(), 100U);
  EXPECT_LE(a.chunks.held_bytes(), 1U << 20);
  for (std::uint64_t id = 20'000; id < 21'000; ++id) a.add(chunk(id, 0, 2, std::string(20'000, 'x')));
  EXPECT_LE(a.chunks.held_bytes(), 1U << 20);
  EXPECT_EQ(a.lost.dropped.at("gelf_incomplete") + a.chunks.held_messages(), 2000U);
}

TEST(GelfChunks, AMessageOf128ChunksIsWhole) {
  Assembler a;
  std::string whole, expected;
  for (unsigned i = 0; i < 128; ++i) {
    const std::string part(1000, static_cast<char>('a' + i % 26));
    expected += part;
    whole = a.add(chunk(7, i, 128, part));
  }
  EXPECT_EQ(whole, expected);
}

}  // namespace
}  // namespace longshore::shipper
