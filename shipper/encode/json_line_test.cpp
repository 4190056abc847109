#include "shipper/encode/json_line.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <string>

#include "shipper/encode/batch_for_test.hpp"

namespace longshore::shipper {
namespace {

std::string line(const Batch& batch, JsonLine encoder = JsonLine({}, false)) {
  Output out;
  encoder.begin(batch);
  const Event& event = batch.events.back();
  encoder.append(event, {.message = batch.text(event.message)}, out);
  return out.take();
}
std::string line(const EventText& text) {
  Batch batch;
  add_event(batch, text);
  return line(batch);
}

TEST(JsonLine, AFullEventHasTheDocumentedShape) {
  EXPECT_EQ(line({.message = "hello",
                  .host = "web1",
                  .app = "nginx",
                  .pid = "42",
                  .msgid = "ID7",
                  .structured_data = R"([a b="c"])",
                  .fields = {{FieldKind::text, "container", "c1"}, {FieldKind::json, "size", "17"}},
                  .priority = 27,
                  .flags = flag::kTruncated}),
            R"({"timestamp":"2026-11-23T03:42:12.123456Z","host":"web1","app":"nginx","pid":"42","msgid":"ID7",)"
            R"("severity":"err","facility":"daemon","message":"hello","source":"test","container":"c1","size":17,)"
            R"("sd":{"a":{"b":"c"}},"truncated":true})");
}

TEST(JsonLine, WhatAnEventDoesNotHaveIsLeftOut) {
  EXPECT_EQ(line({.message = "x", .format = Format::raw}),
            R"({"timestamp":"2026-11-23T03:42:12.123456Z","message":"x","source":"test","raw":true})");
}

TEST(JsonLine, AFieldCalledLikeOursGetsAnUnderscore) {
  const std::string out = line({.message = "x",
                                .fields = {{FieldKind::text, "message", "m"},
                                           {FieldKind::text, "message_", "n"},
                                           {FieldKind::json, "timestamp", "1"},
                                           {FieldKind::json, "truncated", "2"},
                                           {FieldKind::text, "messages", "o"}}});
  EXPECT_TRUE(out.ends_with(R"("message_":"m","message__":"n","timestamp_":1,"truncated_":2,"messages":"o"})")) << out;
}

TEST(JsonLine, TheLaterOfTwoEqualFieldsWins) {
  const std::string out = line({.message = "x", .fields = {{FieldKind::text, "a", "1"}, {FieldKind::text, "a", "2"}}});
  EXPECT_TRUE(out.ends_with(R"("source":"test","a":"2"})")) << out;
}

TEST(JsonLine, JsonFieldsStandOnOneLine) {
  const std::string out = line({.message = "two\nlines", .fields = {{FieldKind::json, "o", "{\n \"a\":\r\n 1}"}}});
  EXPECT_EQ(out.find('\n'), std::string::npos);
  EXPECT_TRUE(out.ends_with(R"("o":{ "a": 1}})")) << out;
  EXPECT_NE(out.find(R"("message":"two\nlines")"), std::string::npos);
}

TEST(JsonLine, SharedFieldsComeOutTheSameEachTime) {
  Batch batch;
  add_event(batch, {.message = "1", .fields = {{FieldKind::text, "file", "/a"}}});
  for (int i = 2; i <= 4; ++i) {
    Event copy = batch.events.front();
    batch.events.push_back(copy);
  }
  add_event(batch, {.message = "1", .fields = {{FieldKind::text, "file", "/b"}}});
  JsonLine encoder({}, false);
  encoder.begin(batch);
  Output out;
  std::map<std::string, int> seen;
  for (const Event& event : batch.events) {
    out.clear();
    encoder.append(event, {.message = batch.text(event.message)}, out);
    ++seen[std::string(out.view())];
  }
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen.begin()->second, 4);
  EXPECT_TRUE(seen.rbegin()->first.ends_with(R"("file":"/b"})"));
}

TEST(JsonLine, TagsAreTheSinksThenTheSourcesEachOnce) {
  Batch batch;
  add_event(batch, {.message = "x"}, {.name = "s", .tags = {"b", "c"}});
  const std::string out = line(batch, JsonLine({"a", "b"}, true));
  EXPECT_TRUE(out.ends_with(R"("source":"s","tags":["a","b","c"]})")) << out;
}

TEST(JsonLine, HostileBytesEverywhereStillGiveJsonThatSaysThem) {
  const std::string evil("\"\\\n\0\x1F\xFF\xC3\xA9}", 9);
  const std::string out = line({.message = evil,
                                .host = evil,
                                .app = evil,
                                .pid = evil,
                                .msgid = evil,
                                .structured_data = evil,
                                .fields = {{FieldKind::text, evil, evil}},
                                .priority = 191});
  simdjson::dom::parser parser;
  const simdjson::dom::object object = parser.parse(out);
  const std::string fixed("\"\\\n\0\x1F\xEF\xBF\xBD\xC3\xA9}", 11);
  for (const char* key : {"host", "app", "pid", "msgid", "message"}) EXPECT_EQ(std::string_view(object[key]), fixed) << key;
  EXPECT_EQ(std::string_view(object["sd"]["raw"]), fixed);
  EXPECT_EQ(std::string_view(object["severity"]), "debug");
  EXPECT_EQ(std::string_view(object["facility"]), "local7");
  EXPECT_EQ(std::string_view(object[fixed]), fixed);
}

}  // namespace
}  // namespace longshore::shipper
