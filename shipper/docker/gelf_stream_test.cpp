#include "shipper/docker/gelf_stream.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::string_literals;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

struct Connection {
  Batch batch;
  GelfStream stream;
  explicit Connection(std::size_t max_message = 1 << 20) : stream(max_message) {}
  void read(std::string_view bytes) {
    const auto start = static_cast<std::uint32_t>(batch.arena.size());
    stream.begin(batch);
    batch.arena.append(bytes);
    stream.feed(batch, {start, static_cast<std::uint32_t>(batch.arena.size()) - start}, kNow);
  }
};

std::string message(std::string_view text) { return "{\"short_message\":\"" + std::string(text) + "\",\"_k\":\"v\"}"; }

TEST(GelfStream, MessagesAreWholeWhereverTheBytesAreCut) {
  for (const char end : {'\0', '\n'}) {
    const std::string bytes = message("one") + end + message("tw\\to") + end + end + message("three") + end;
    for (std::size_t step = 1; step < bytes.size(); ++step) {
      Connection c;
      for (std::size_t i = 0; i < bytes.size(); i += step) c.read(std::string_view(bytes).substr(i, step));
      EXPECT_EQ(messages_of(c.batch), (std::vector<std::string>{"one", "tw\to", "three"})) << step;
      EXPECT_EQ(c.stream.held(), 0U);
    }
  }
}

TEST(GelfStream, ALineFeedInsideAMessageThatEndsWithNulBelongsToIt) {
  Connection c;
  c.read(message("one") + "\0{\n\"short_message\":\"two\"\n}\0"s);
  EXPECT_EQ(messages_of(c.batch), (std::vector<std::string>{"one", "two"}));
}

TEST(GelfStream, AnUnfinishedMessageBecomesAnEventWhenThePeerCloses) {
  Connection c;
  c.read(message("one"));
  EXPECT_TRUE(c.batch.events.empty());
  EXPECT_EQ(c.batch.arena.size(), 0U);
  c.stream.finish(c.batch, kNow);
  EXPECT_EQ(messages_of(c.batch), (std::vector<std::string>{"one"}));
}

TEST(GelfStream, AnOversizeMessageIsCutMarkedAndTheNextOneIsFine) {
  Connection c(1000);
  c.read(message("one") + '\0');
  for (int i = 0; i < 100; ++i) c.read(std::string(500, 'x'));
  EXPECT_LE(c.stream.held(), 1000U);
  c.read("end\0"s + message("two") + '\0' + std::string(2000, 'y') + '\0' + message("three") + '\0');
  ASSERT_EQ(c.batch.events.size(), 5U);
  EXPECT_EQ(c.batch.events[1].message.size, 1000U);
  EXPECT_TRUE(c.batch.events[1].flags & flag::kTruncated);
  EXPECT_EQ(c.batch.text(c.batch.events[2].message), "two");
  EXPECT_EQ(c.batch.events[3].message.size, 1000U);
  EXPECT_EQ(c.batch.text(c.batch.events[4].message), "three");
}

}  // namespace
}  // namespace longshore::shipper
