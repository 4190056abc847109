#include "shipper/docker/gelf_datagrams.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};
constexpr std::string_view kPayload = R"({"version":"1.1","host":"h","short_message":"hello"})";

struct Socket {
  Batch batch;
  GelfDatagrams datagrams;
  DropCounter lost;
  explicit Socket(GelfOptions options = {}) : datagrams(options) {}
  void feed(std::string_view datagram) { datagrams.feed(batch, datagram, kNow, lost); }
  std::string message() const { return std::string(batch.text(batch.events.back().message)); }
};

TEST(GelfDatagrams, PlainGzipAndZlibAreToldApart) {
  Socket socket;
  socket.feed(kPayload);
  socket.feed(deflated(kPayload, 31));
  socket.feed(deflated(kPayload, 15));
  EXPECT_EQ(messages_of(socket.batch), (std::vector<std::string>{"hello", "hello", "hello"}));
  EXPECT_EQ(socket.batch.text(socket.batch.events[1].frame), kPayload);
}

TEST(GelfDatagrams, ACompressedMessageMayComeInChunks) {
  Socket socket;
  const std::string compressed = deflated(kPayload, 31);
  const std::string head =
      "\x1e\x0f"
      "12345678";
  using namespace std::string_literals;
  socket.feed(head + "\x01\x02"s + compressed.substr(20));
  EXPECT_TRUE(socket.batch.events.empty());
  socket.feed(head + "\x00\x02"s + compressed.substr(0, 20));
  EXPECT_EQ(socket.message(), "hello");
  EXPECT_TRUE(socket.lost.dropped.empty());
}

TEST(GelfDatagrams, ABombIsCutMarkedAndStillAnEvent) {
  Socket socket({.max_message = 10'000, .chunks = {}});
  socket.feed(deflated("{\"short_message\":\"" + std::string(8 << 20, 'x') + "\"}", 15));
  ASSERT_EQ(socket.batch.events.size(), 1U);
  EXPECT_EQ(socket.message().size(), 10'000U);
  EXPECT_EQ(socket.batch.events[0].format, Format::raw);
  EXPECT_TRUE(socket.batch.events[0].flags & flag::kTruncated);
}

TEST(GelfDatagrams, DamagedCompressionIsARawEvent) {
  Socket socket;
  std::string bytes = deflated(kPayload, 31);
  bytes[10] = '\xff';  // no block type has these bits
  socket.feed(bytes);
  ASSERT_EQ(socket.batch.events.size(), 1U);
  EXPECT_EQ(socket.batch.events[0].format, Format::raw);
  EXPECT_EQ(socket.message(), bytes);
}

TEST(GelfDatagrams, AnOversizePlainMessageIsCut) {
  Socket socket({.max_message = 100, .chunks = {}});
  socket.feed("{\"short_message\":\"" + std::string(200, 'x') + "\"}");
  EXPECT_EQ(socket.message().size(), 100U);
  EXPECT_TRUE(socket.batch.events[0].flags & flag::kTruncated);
}

TEST(GelfDatagrams, AnEmptyDatagramIsNothing) {
  Socket socket;
  socket.feed("");
  EXPECT_TRUE(socket.batch.events.empty());
}

}  // namespace
}  // namespace longshore::shipper
