#include "shipper/docker/syslog_pieces.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

struct Connection {
  Batch batch;
  SyslogPieces pieces;
  explicit Connection(SyslogPiecesOptions options = {}) : pieces(options) {}
  // As Docker's driver sends it and the parser leaves it: "<30>Nov 23 03:42:12 TAG[7]: TEXT", the message being the tail.
  void read(std::string_view app, std::string_view text, std::uint8_t priority = 30, base::Timestamp now = kNow) {
    const std::string head = "<30>Nov 23 03:42:12 ";
    const std::size_t first = batch.events.size();
    Event event;
    event.frame = batch.arena.append(head + std::string(app) + "[7]: " + std::string(text));
    event.set_app({event.frame.offset + static_cast<std::uint32_t>(head.size()), static_cast<std::uint32_t>(app.size())});
    event.message = {event.frame.end() - static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(text.size())};
    event.priority = priority;
    batch.events.push_back(event);
    pieces.apply(batch, first, now);
  }
};

const std::string kFull(SyslogPieces::kPiece, 'a');

TEST(SyslogPieces, APieceOfExactlyDockersSizeIsJoinedWithWhatFollows) {
  Connection c;
  c.read("web", "short");
  c.read("web", kFull);
  c.read("web", kFull);
  EXPECT_EQ(c.batch.events.size(), 1U);
  c.read("web", "end");
  ASSERT_EQ(c.batch.events.size(), 2U);
  EXPECT_EQ(c.batch.text(c.batch.events[1].message), kFull + kFull + "end");
  EXPECT_EQ(c.batch.text(c.batch.events[1].frame), "<30>Nov 23 03:42:12 web[7]: " + kFull + kFull + "end");
  EXPECT_EQ(c.batch.text(c.batch.events[1].app()), "web");
  EXPECT_EQ(c.batch.events[1].flags, 0);
}

TEST(SyslogPieces, AnEmptyLastPieceEndsALineOfExactlyThatSize) {
  Connection c;
  c.read("web", kFull);
  c.read("web", "");
  ASSERT_EQ(c.batch.events.size(), 1U);
  EXPECT_EQ(c.batch.text(c.batch.events[0].message), kFull);
}

TEST(SyslogPieces, SendersAndSeveritiesDoNotMix) {
  Connection c;
  c.read("web", kFull, 30);
  c.read("db", "other");
  c.read("web", "stderr", 27);
  c.read("web", "end", 30);
  EXPECT_EQ(messages_of(c.batch), (std::vector<std::string>{"other", "stderr", kFull + "end"}));
}

TEST(SyslogPieces, WithoutARestItWasAMessageOfThatSize) {
  Connection c;
  c.read("web", kFull);
  EXPECT_EQ(c.pieces.next_deadline(), kNow + 200ms);
  c.pieces.expire(c.batch, kNow + 199ms);
  EXPECT_TRUE(c.batch.events.empty());
  c.pieces.expire(c.batch, kNow + 200ms);
  EXPECT_EQ(messages_of(c.batch), (std::vector<std::string>{kFull}));
  EXPECT_EQ(c.pieces.next_deadline(), base::kNever);
}

TEST(SyslogPieces, AnEndlessLineIsCutAndManySendersAreNotAllHeld) {
  Connection c({.max_message = 40'000, .max_held = 2});
  for (int i = 0; i < 10; ++i) c.read("web", kFull);
  c.read("b", kFull);
  c.read("c", kFull);  // not held: it passes
  EXPECT_EQ(messages_of(c.batch), (std::vector<std::string>{kFull}));
  c.read("web", "end");
  ASSERT_EQ(c.batch.events.size(), 2U);
  EXPECT_EQ(c.batch.events[1].message.size, 40'000U);
  EXPECT_EQ(c.batch.events[1].flags, flag::kTruncated);
}

}  // namespace
}  // namespace longshore::shipper
