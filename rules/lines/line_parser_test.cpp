#include "rules/lines/line_parser.hpp"

#include <gtest/gtest.h>

#include <map>

#include "common/base/packed_fields.hpp"

namespace longshore::rules {
namespace {

const base::Timestamp kNear = base::parse_rfc3339("2026-11-23T12:00:00Z").value();
const base::Timestamp kOtherwise{42};

struct Parsed {
  LineBatch batch;
  bool timed = false;
  EventView event() const { return batch[0]; }
  std::string time() const { return base::format_rfc3339(event().time, 0); }
  std::map<std::string, std::string> fields() const {
    std::map<std::string, std::string> all;
    base::FieldReader reader(event().fields);
    for (base::Field field; reader.next(field);) all.emplace(field.key, field.value);
    return all;
  }
};

Parsed parse(std::string_view line, InputFormat format = InputFormat::detect) {
  Parsed parsed;
  LineParser parser(format, "test", kNear);
  parsed.timed = parser.parse(line, kOtherwise, parsed.batch);
  EXPECT_EQ(parsed.batch.size(), 1U);
  return parsed;
}

TEST(LineParser, ARawLineIsAMessageWithoutATime) {
  for (const std::string_view line : {"", "<13>Nov 23 04:12:07 web-1 app: x", "{\"time\":1}"}) {
    const Parsed parsed = parse(line, InputFormat::raw);
    EXPECT_FALSE(parsed.timed);
    EXPECT_EQ(parsed.event().time, kOtherwise);
    EXPECT_EQ(parsed.event().message, line);
    EXPECT_EQ(parsed.event().source, "test");
  }
}

TEST(LineParser, SyslogIsReadAsShipperReadsIt) {
  const Parsed bsd = parse("<11>Nov 23 04:12:07 web-1 app[7]: out of memory");
  EXPECT_TRUE(bsd.timed);
  EXPECT_EQ(bsd.time(), "2026-11-23T04:12:07Z");
  EXPECT_EQ(bsd.event().host, "web-1");
  EXPECT_EQ(bsd.event().app, "app");
  EXPECT_EQ(bsd.event().procid, "7");
  EXPECT_EQ(bsd.event().priority, 11);
  EXPECT_EQ(bsd.event().message, "out of memory");
  const Parsed ietf = parse("<165>1 2003-10-11T22:14:15.003Z host app - ID47 [a@1 b=\"c\"] text", InputFormat::rfc5424);
  EXPECT_EQ(ietf.time(), "2003-10-11T22:14:15Z");
  EXPECT_EQ(ietf.event().msgid, "ID47");
  EXPECT_EQ(ietf.event().structured_data, "[a@1 b=\"c\"]");
}

TEST(LineParser, AJsonLineIsTheMessageAndItsTimeIsTheMemberThatIsCalledSo) {
  const std::pair<std::string_view, std::string_view> lines[] = {
      {R"({"time":"2026-11-23T03:42:12Z","level":"error"})", "2026-11-23T03:42:12Z"},
      {R"({"@timestamp":"2026-11-23T03:42:12.5+01:00"})", "2026-11-23T02:42:12Z"},
      {R"({"ts":1763869332.5})", "2025-11-23T03:42:12Z"},
      {R"({"ts":1763869332500})", "2025-11-23T03:42:12Z"},
      {R"({"ts":1763869332500000})", "2025-11-23T03:42:12Z"},
      {R"({"ts":1763869332500000000})", "2025-11-23T03:42:12Z"},
  };
  for (const auto& [line, time] : lines) {
    const Parsed parsed = parse(line);
    EXPECT_TRUE(parsed.timed) << line;
    EXPECT_EQ(parsed.time(), time) << line;
    EXPECT_EQ(parsed.event().message, line);
  }
  for (const std::string_view line : {R"({"ts":-1})", R"({"ts":1e30})", R"({"time":"noon"})", "{", "[1]", "{}"})
    EXPECT_FALSE(parse(line, InputFormat::json).timed) << line;
}

// As docs/sinks.md fixes it.
TEST(LineParser, AnArchivedLineIsTheEventThatItWas) {
  const std::string line =
      R"({"timestamp":"2026-11-23T12:00:00.000000Z","host":"web-1","app":"java","pid":"42","msgid":"M1","severity":"err",)"
      R"("facility":"user","message":"a \"quoted\" line\nand more","source":"syslog \"udp\"","tags":["prod","web"],)"
      R"("docker.name":"shop","host_":"inner","user":{"id":7},"sd":{"a@1":{"b":"c\"d]","e":"f"},"g@2":{"h":"i"}},"truncated":true})";
  const Parsed parsed = parse(line);
  EXPECT_TRUE(parsed.timed);
  EXPECT_EQ(parsed.event().time, kNear);
  EXPECT_EQ(parsed.event().priority, 11);
  EXPECT_EQ(parsed.event().message, "a \"quoted\" line\nand more");
  EXPECT_EQ(parsed.event().host, "web-1");
  EXPECT_EQ(parsed.event().app, "java");
  EXPECT_EQ(parsed.event().procid, "42");
  EXPECT_EQ(parsed.event().msgid, "M1");
  EXPECT_EQ(parsed.event().structured_data, R"([a@1 b="c\"d\]" e="f"][g@2 h="i"])");
  EXPECT_EQ(parsed.event().source, "syslog \"udp\"");
  ASSERT_EQ(parsed.event().tags.size(), 2U);
  EXPECT_EQ(parsed.event().tags[1], "web");
  const std::map<std::string, std::string> fields = {{"docker.name", "shop"}, {"host", "inner"}, {"user", R"({"id":7})"}};
  EXPECT_EQ(parsed.fields(), fields);
}

TEST(LineParser, WhatShipperSpoolCatShowsToPeopleIsReadBack) {
  const Parsed parsed =
      parse("17 2026-11-23T03:42:12.000001Z web-1 [syslog udp] <11>Nov 23 04:12:07 - java[42]: out of memory");
  EXPECT_EQ(parsed.time(), "2026-11-23T03:42:12Z");
  EXPECT_EQ(parsed.event().source, "syslog udp");
  EXPECT_EQ(parsed.event().app, "java");
  const Parsed plain = parse("17 2026-11-23T03:42:12.000001Z web-1 [file] hello");
  EXPECT_EQ(plain.event().host, "web-1");
  EXPECT_EQ(plain.event().message, "hello");
}

TEST(LineParser, EventsCanBeCopiedIntoAnotherBatch) {
  const Parsed parsed = parse("<165>1 2003-10-11T22:14:15.003Z host app 1 ID47 [a@1 b=\"c\"] text");
  LineBatch copy;
  for (int i = 0; i < 3; ++i) copy.add(parsed.event());
  EXPECT_EQ(copy.size(), 3U);
  EXPECT_EQ(copy[2].message, "text");
  EXPECT_EQ(copy[2].structured_data, "[a@1 b=\"c\"]");
  EXPECT_EQ(copy[2].time, parsed.event().time);
  EXPECT_EQ(copy[2].source, "test");
}

}  // namespace
}  // namespace longshore::rules
