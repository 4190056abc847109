#include "shipper/docker/forward_decoder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Members = std::vector<std::pair<std::string, std::string>>;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

struct Connection {
  Batch batch;
  PartialJoiner joiner{{}};
  ForwardDecoder decoder;
  std::string answers;
  explicit Connection(ForwardOptions options = {}) : decoder(options, joiner) {
    decoder.set_answer([this](std::string bytes) { answers += bytes; });
  }
  bool read(std::string_view bytes) {
    const Slice slice = batch.arena.append(bytes);
    return decoder.feed(batch, slice, kNow);
  }
  void make_durable() {
    for (auto& run : batch.on_durable) run();
    batch.on_durable.clear();
  }
  std::vector<std::string> messages() const { return messages_of(batch); }
};

Members docker_record(std::string_view log, Members more = {}) {
  Members members{{"container_id", "4f3a"}, {"container_name", "/web"}, {"source", "stderr"}, {"log", std::string(log)}};
  members.insert(members.end(), more.begin(), more.end());
  return members;
}

std::string docker_message(const Members& record, std::string_view chunk = {}) {
  MsgpackWriter out;
  out.array(chunk.empty() ? 3 : 4).text("edge.web").event_time(1'795'405'000, 123'456'789).record(record);
  if (!chunk.empty()) out.record({{"chunk", std::string(chunk)}});
  return out.bytes();
}

std::string ack(std::string_view chunk) { return MsgpackWriter().record({{"ack", std::string(chunk)}}).bytes(); }

TEST(Forward, DockersRecordBecomesAnEventWithTheContainersFields) {
  Connection c;
  ASSERT_TRUE(c.read(docker_message(docker_record("failed", {{"com.example.team", "shop"}}))));
  ASSERT_EQ(c.batch.events.size(), 1U);
  const Event& event = c.batch.events[0];
  EXPECT_EQ(event.format, Format::forward);
  EXPECT_EQ(c.messages()[0], "failed");
  EXPECT_EQ(event.frame, event.message);
  EXPECT_EQ(event.time_ns, 1'795'405'000'123'456'789);
  EXPECT_EQ(event.flags, flag::kHasTime);
  EXPECT_EQ(event.priority, 3 * 8 + 3);
  EXPECT_EQ(c.batch.text(event.app()), "edge.web");
  const auto fields = fields_of(c.batch, event);
  EXPECT_EQ(fields.at("tag"), "edge.web");
  EXPECT_EQ(fields.at("container_id"), "4f3a");
  EXPECT_EQ(fields.at("container_name"), "web");
  EXPECT_EQ(fields.at("stream"), "stderr");
  EXPECT_EQ(fields.at("com.example.team"), "shop");
  EXPECT_EQ(fields.size(), 5U);
}

TEST(Forward, AllFourModesAreUnderstood) {
  const std::string first = MsgpackWriter().array(2).integer(1'000).record({{"log", "one"}}).bytes();
  const std::string second = MsgpackWriter().array(2).event_time(1'001, 5).record({{"log", "two"}}).bytes();
  const std::string entries = first + second;
  for (const std::string& message :
       {MsgpackWriter().array(2).text("t").array(2).raw(entries).bytes(),
        MsgpackWriter().array(2).text("t").binary(entries).bytes(), MsgpackWriter().array(2).text("t").text(entries).bytes(),
        MsgpackWriter().array(3).text("t").binary(entries).record({{"size", "2"}}).bytes(),
        MsgpackWriter().array(3).text("t").binary(deflated(entries, 31)).record({{"compressed", "gzip"}}).bytes(),
        MsgpackWriter()
            .array(3)
            .text("t")
            .binary(deflated(first, 31) + deflated(second, 31))
            .record({{"compressed", "gzip"}})
            .bytes(),
        MsgpackWriter().array(3).text("t").integer(1'000).record({{"log", "one"}}).bytes() +
            MsgpackWriter().array(4).text("t").event_time(1'001, 5).record({{"log", "two"}}).map(0).bytes()}) {
    Connection c;
    ASSERT_TRUE(c.read(message));
    EXPECT_EQ(c.messages(), (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(c.batch.events.at(0).time_ns, 1'000'000'000'000);
    EXPECT_EQ(c.batch.events.at(1).time_ns, 1'001'000'000'005);
    EXPECT_EQ(c.decoder.malformed(), 0U);
  }
}

TEST(Forward, AnAcknowledgementIsGivenWhenTheBatchIsDurableAndNotBefore) {
  Connection c;
  ASSERT_TRUE(c.read(docker_message(docker_record("one"), "chunk-1") + docker_message(docker_record("two")) +
                     docker_message(docker_record("three"), std::string(100, 'c'))));
  EXPECT_EQ(c.answers, "");
  c.make_durable();
  EXPECT_EQ(c.answers, ack("chunk-1") + ack(std::string(100, 'c')));
}

TEST(Forward, AnAcknowledgementMayOutliveTheConnection) {
  Batch batch;
  PartialJoiner joiner{{}};
  std::string answers;
  {
    ForwardDecoder decoder({}, joiner);
    decoder.set_answer([&answers](const std::string& bytes) { answers += bytes; });
    decoder.feed(batch, batch.arena.append(docker_message(docker_record("one"), "c")), kNow);
  }
  for (auto& run : batch.on_durable) run();
  EXPECT_EQ(answers, ack("c"));
}

// Docker's driver waits for each acknowledgement before it sends the next piece.
TEST(Forward, APieceIsAcknowledgedOnceItIsDurableAndTheWholeIsOneEvent) {
  Connection c;
  const auto piece = [](std::string_view log, int ordinal, bool last) {
    return docker_message(docker_record(log, {{"partial_message", "true"},
                                              {"partial_id", "1b2c"},
                                              {"partial_ordinal", std::to_string(ordinal)},
                                              {"partial_last", last ? "true" : "false"}}),
                          "chunk-" + std::to_string(ordinal));
  };
  ASSERT_TRUE(c.read(piece("one ", 1, false)));
  EXPECT_TRUE(c.batch.events.empty());
  EXPECT_EQ(c.batch.checkpoints.size(), 1U);  // in the batch whose durability is acknowledged
  c.make_durable();
  EXPECT_EQ(c.answers, ack("chunk-1"));
  ASSERT_TRUE(c.read(piece("two", 2, true)));
  EXPECT_EQ(c.messages(), (std::vector<std::string>{"one two"}));
  EXPECT_EQ(c.batch.checkpoints.size(), 2U);
  EXPECT_EQ(c.batch.checkpoints[1].value, "");
  const auto fields = fields_of(c.batch, c.batch.events[0]);
  EXPECT_EQ(fields.at("container_id"), "4f3a");
  EXPECT_FALSE(fields.contains("partial_id"));
  c.make_durable();
  EXPECT_EQ(c.answers, ack("chunk-1") + ack("chunk-2"));
}

TEST(Forward, PiecesMeetAcrossConnections) {
  Connection c;
  ForwardDecoder other({}, c.joiner);
  const Members first{{"log", "one "}, {"partial_id", "x"}, {"partial_ordinal", "1"}, {"partial_last", "false"}};
  const Members second{{"log", "two"}, {"partial_id", "x"}, {"partial_ordinal", "2"}, {"partial_last", "true"}};
  ASSERT_TRUE(c.read(docker_message(first)));
  ASSERT_TRUE(other.feed(c.batch, c.batch.arena.append(docker_message(second)), kNow));
  EXPECT_EQ(c.messages(), (std::vector<std::string>{"one two"}));
}

TEST(Forward, MessagesAreWholeWhereverTheBytesAreCut) {
  std::string bytes;
  for (int i = 0; i < 5; ++i) bytes += docker_message(docker_record("line " + std::to_string(i)), "chunk") + "\xC0";
  for (std::size_t step = 1; step < bytes.size(); step += 7) {
    Connection c;
    for (std::size_t i = 0; i < bytes.size(); i += step) ASSERT_TRUE(c.read(std::string_view(bytes).substr(i, step)));
    EXPECT_EQ(c.batch.events.size(), 5U) << step;
    EXPECT_EQ(c.batch.on_durable.size(), 5U);
    EXPECT_EQ(c.decoder.held(), 0U);
  }
}

TEST(Forward, WhatIsReadLeavesOnlyEventsInTheArena) {
  Connection c;
  const std::string bytes = docker_message(docker_record("one"));
  ASSERT_TRUE(c.read(bytes.substr(0, 20)));
  EXPECT_EQ(c.batch.arena.size(), 0U);
  ASSERT_TRUE(c.read(bytes.substr(20)));
  const std::size_t one = c.batch.arena.size();
  ASSERT_TRUE(c.read(bytes));
  EXPECT_EQ(c.batch.arena.size(), one + 3);  // the fields are kept once
  EXPECT_EQ(c.batch.events[0].fields, c.batch.events[1].fields);
}

TEST(Forward, TheLineIsFoundUnderItsUsualNames) {
  Connection c;
  ASSERT_TRUE(c.read(docker_message({{"msg", "c"}, {"message", "b"}, {"log", "a"}})));
  ASSERT_TRUE(c.read(docker_message({{"msg", "c"}, {"message", "b"}})));
  ASSERT_TRUE(c.read(docker_message({{"msg", "c"}})));
  EXPECT_EQ(c.messages(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(fields_of(c.batch, c.batch.events[0]).at("message"), "b");  // nothing is lost
}

TEST(Forward, ARecordWithoutALineIsItsOwnJson) {
  Connection c;
  ASSERT_TRUE(c.read(MsgpackWriter()
                         .array(3)
                         .text("cpu")
                         .integer(1)
                         .map(2)
                         .text("user")
                         .raw("\x05")
                         .text("all")
                         .array(1)
                         .raw("\xC3")
                         .bytes()));
  EXPECT_EQ(c.messages()[0], R"({"user":5,"all":[true]})");
  EXPECT_EQ(fields_of(c.batch, c.batch.events[0]).at("all"), "[true]");
}

TEST(Forward, FluentBitsMetadataBesideTheTimeIsPassedOver) {
  Connection c;
  ASSERT_TRUE(c.read(MsgpackWriter()
                         .array(2)
                         .text("t")
                         .array(1)
                         .array(2)
                         .array(2)
                         .event_time(7, 0)
                         .record({{"m", "d"}})
                         .record({{"log", "one"}})
                         .bytes()));
  EXPECT_EQ(c.batch.events[0].time_ns, 7'000'000'000);
}

TEST(Forward, WhatFitsNoModeIsARawEventAndTheConnectionStays) {
  Connection c;
  const std::string good = MsgpackWriter().array(2).integer(1).record({{"log", "good"}}).bytes();
  for (const std::string& odd :
       {MsgpackWriter().array(0).bytes(), MsgpackWriter().array(1).text("t").bytes(),
        MsgpackWriter().array(3).integer(1).integer(2).record({}).bytes(),
        MsgpackWriter().array(3).text("t").integer(1).text("no record").bytes(),
        MsgpackWriter().array(3).text("t").integer(std::uint64_t{1} << 60).record({{"log", "x"}}).bytes(),
        MsgpackWriter().array(2).text("t").array(1).array(1).integer(1).bytes(),
        MsgpackWriter().array(2).text("t").binary("\xC1").bytes()})
    ASSERT_TRUE(c.read(odd));
  EXPECT_EQ(c.batch.events.size(), 7U);
  EXPECT_EQ(c.decoder.malformed(), 7U);
  for (const Event& event : c.batch.events) EXPECT_EQ(event.format, Format::raw);
  // One bad entry does not cost the others.
  ASSERT_TRUE(c.read(MsgpackWriter().array(2).text("t").array(3).raw(good).integer(5).raw(good).bytes()));
  EXPECT_EQ(c.batch.events.size(), 10U);
  EXPECT_EQ(c.messages()[9], "good");
}

TEST(Forward, WhatIsNoForwardProtocolEndsTheConnectionWithAReason) {
  for (const std::string& bytes : {"GET / HTTP/1.1\r\n"s, "{\"log\":1}"s, "\xC1"s, std::string(100, '\x91')}) {
    Connection c;
    EXPECT_FALSE(c.read(bytes));
    EXPECT_NE(c.decoder.problem().find("Forward sender"), std::string_view::npos) << c.decoder.problem();
    EXPECT_EQ(c.decoder.held(), 0U);
  }
  Connection c;
  MsgpackWriter ping;
  ping.array(6);
  for (const char* part : {"PING", "host", "salt", "digest", "user", "password"}) ping.text(part);
  EXPECT_FALSE(c.read(ping.bytes()));
  EXPECT_NE(c.decoder.problem().find("shared key"), std::string_view::npos);
}

TEST(Forward, AMessageLargerThanTheLimitEndsTheConnectionEarly) {
  for (const std::string& lie :
       {"\x93\xA1t\xDD\xFF\xFF\xFF\xFF"s, "\x93\xA1t\xC6\xFF\xFF\xFF\xFF"s, "\xDF\xFF\xFF\xFF\xFF"s}) {
    Connection c;
    EXPECT_FALSE(c.read(lie));
    EXPECT_NE(c.decoder.problem().find("larger than"), std::string_view::npos);
  }
  Connection c({.max_message = 1000});
  ASSERT_TRUE(c.read(docker_message(docker_record("fits"))));
  EXPECT_FALSE(c.read(docker_message(docker_record(std::string(2000, 'x')), "chunk").substr(0, 300)));
  EXPECT_EQ(c.batch.events.size(), 1U);
  EXPECT_TRUE(c.batch.on_durable.empty());
}

TEST(Forward, ABombEndsTheConnectionAndIsNotAcknowledged) {
  Connection c({.max_inflated = 100'000});
  const std::string bomb = deflated(std::string(8 << 20, '\xC0'), 31);
  EXPECT_FALSE(
      c.read(MsgpackWriter().array(3).text("t").binary(bomb).record({{"compressed", "gzip"}, {"chunk", "c"}}).bytes()));
  EXPECT_NE(c.decoder.problem().find("larger than"), std::string_view::npos);
  EXPECT_TRUE(c.batch.on_durable.empty());
  EXPECT_TRUE(c.batch.events.empty());
}

TEST(Forward, ALargeMessageInSmallReadsIsScannedOnce) {
  std::string entries;
  for (int i = 0; i < 20'000; ++i) entries += MsgpackWriter().array(2).raw("\x01").record({{"log", "x"}}).bytes();
  const std::string bytes = MsgpackWriter().array(2).text("t").array(20'000).raw(entries).bytes();
  Connection c;
  for (std::size_t i = 0; i < bytes.size(); i += 100) ASSERT_TRUE(c.read(std::string_view(bytes).substr(i, 100)));
  EXPECT_EQ(c.batch.events.size(), 20'000U);
}

}  // namespace
}  // namespace longshore::shipper
