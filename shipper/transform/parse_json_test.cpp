#include "shipper/transform/parse_json.hpp"

#include <gtest/gtest.h>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

struct Parsed {
  Batch batch;
  Event event;
  explicit Parsed(std::string_view message, std::uint8_t priority = 14) {
    auto transform = ParseJson::make({});
    DropCounter dropped;
    add_fields(batch, add_event(batch, message), {{FieldKind::text, "container_id", "4f3a"}});
    batch.events[0].priority = priority;
    transform->apply(batch, 0, kNow, dropped);
    event = batch.events[0];
  }
  std::string message() const { return std::string(batch.text(event.message)); }
};

TEST(ParseJson, MembersBecomeFieldsBehindThoseThatAreThere) {
  const Parsed p(R"({"user":"al\"ice","n":1.10,"ok":true,"none":null,"at":{"x":[1, 2]},"container_id":"new"})");
  EXPECT_EQ(fields_of(p.batch, p.event), (std::map<std::string, std::string>{{"user", "'al\"ice'"},
                                                                             {"n", "1.10"},
                                                                             {"ok", "true"},
                                                                             {"none", "null"},
                                                                             {"at", R"({"x":[1, 2]})"},
                                                                             {"container_id", "'new'"}}));
  EXPECT_EQ(p.message().front(), '{');  // no member is a message: it stays
}

TEST(ParseJson, TimeSeverityAndMessageBecomeTheEventsOwn) {
  for (const char* key : {"time", "timestamp", "@timestamp"}) {
    const Parsed p("{\"" + std::string(key) +
                   R"(":"2026-11-23T05:42:12.5+02:00","severity":"WARNING","message":"dis\tk","x":1})");
    EXPECT_EQ(p.event.time_ns, kNow.ns + 500'000'000);
    EXPECT_TRUE(p.event.flags & flag::kHasTime);
    EXPECT_EQ(p.event.priority, 8 + 4);
    EXPECT_EQ(p.message(), "dis\tk");
    EXPECT_EQ(fields_of(p.batch, p.event), (std::map<std::string, std::string>{{"container_id", "'4f3a'"}, {"x", "1"}}));
    EXPECT_EQ(p.batch.text(p.event.frame).back(), '}');  // as received
  }
}

TEST(ParseJson, AnEventWithoutAPriorityGetsTheUsersFacility) {
  EXPECT_EQ(Parsed(R"({"level":"error"})", kNoPriority).event.priority, 8 + 3);
  EXPECT_EQ(Parsed(R"({"level":50})", 3 * 8 + 6).event.priority, 3 * 8 + 3);
  EXPECT_EQ(fields_of(Parsed(R"({"level":"fatal"})").batch, Parsed(R"({"level":"fatal"})").event).at("level"), "'fatal'");
}

TEST(ParseJson, WhatCannotBeUnderstoodStaysAField) {
  const Parsed p(R"({"time":1795405332,"severity":"so-so","message":{"a":1},"msg":"text"})");
  EXPECT_EQ(p.event.time_ns, kNow.ns);
  EXPECT_EQ(p.event.priority, 14);
  EXPECT_EQ(p.message(), "text");
  const auto fields = fields_of(p.batch, p.event);
  EXPECT_EQ(fields.at("time"), "1795405332");
  EXPECT_EQ(fields.at("severity"), "'so-so'");
  EXPECT_EQ(fields.at("message"), R"({"a":1})");
}

TEST(ParseJson, MessageIsBetterThanMsgInAnyOrder) {
  for (const char* text : {R"({"msg":"short","message":"long"})", R"({"message":"long","msg":"short"})"}) {
    const Parsed p(text);
    EXPECT_EQ(p.message(), "long");
    EXPECT_EQ(fields_of(p.batch, p.event).at("msg"), "'short'");
  }
}

TEST(ParseJson, PlainTextOfTheMessageIsNotCopied) {
  const Parsed p(R"({"message":"plain"})");
  EXPECT_GE(p.event.message.offset, p.event.frame.offset);
  EXPECT_LE(p.event.message.end(), p.event.frame.end());
}

TEST(ParseJson, WhatIsNoObjectStaysAsItIs) {
  for (const std::string& text :
       {std::string("plain"), std::string("[1]"), std::string("{not json}"), std::string("{\"a\":1"), std::string(),
        "{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}"}) {
    const Parsed p(text);
    EXPECT_EQ(p.message(), text);
    EXPECT_EQ(fields_of(p.batch, p.event).size(), 1U);
  }
}

TEST(ParseJson, SeverityNamesOfLoggersAreKnown) {
  EXPECT_EQ(severity_from_text("panic"), 0);
  EXPECT_EQ(severity_from_text("Fatal"), 2);
  EXPECT_EQ(severity_from_text("ERROR"), 3);
  EXPECT_EQ(severity_from_text("warn"), 4);
  EXPECT_EQ(severity_from_text("notice"), 5);
  EXPECT_EQ(severity_from_text("Information"), 6);
  EXPECT_EQ(severity_from_text("trace"), 7);
  EXPECT_EQ(severity_from_text("3"), 3);
  EXPECT_EQ(severity_from_text("30"), 6);
  for (const char* other : {"", "8", "unknown", "a very long text that is no name"})
    EXPECT_FALSE(severity_from_text(other)) << other;
}

}  // namespace
}  // namespace longshore::shipper
