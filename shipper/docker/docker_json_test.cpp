#include "shipper/docker/docker_json.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

struct File {
  Batch batch;
  DockerJson json;
  std::size_t given = 0;
  explicit File(DockerJsonOptions options = {}) : json(options) {}
  void lines(const std::vector<std::string>& texts, base::Timestamp now = kNow) {
    const std::size_t first = batch.events.size();
    for (const std::string& text : texts) {
      Event event;
      event.frame = event.message = batch.arena.append(text);
      event.format = Format::line;
      batch.events.push_back(event);
      given += text.size() + 1;
    }
    json.apply(batch, first, now);
  }
  std::vector<std::string> messages() const { return messages_of(batch); }
};

std::string line(std::string_view log, std::string_view stream = "stdout", std::string_view more = "") {
  return "{\"log\":\"" + std::string(log) + "\",\"stream\":\"" + std::string(stream) + "\"" + std::string(more) +
         ",\"time\":\"2026-11-23T03:42:12.123456789Z\"}";
}

TEST(DockerJson, ALineIsWhatTheContainerWrote) {
  File file;
  file.lines({line("out\\n"), line("a \\\"b\\\"\\n", "stderr", ",\"attrs\":{\"team\":\"shop\",\"n\":1}"), line("\\n")});
  EXPECT_EQ(file.messages(), (std::vector<std::string>{"out", "a \"b\"", ""}));
  const Event& first = file.batch.events[0];
  EXPECT_EQ(first.priority, 3 * 8 + 6);
  EXPECT_EQ(first.time_ns, 1'795'405'332'123'456'789);
  EXPECT_EQ(first.flags, flag::kHasTime);
  EXPECT_EQ(file.batch.text(first.frame), line("out\\n"));
  EXPECT_EQ(file.batch.events[1].priority, 3 * 8 + 3);
  EXPECT_EQ(fields_of(file.batch, file.batch.events[1]).at("team"), "shop");
  EXPECT_EQ(file.json.held_bytes(), 0U);
}

TEST(DockerJson, PlainTextIsNotCopiedAndAttributesAreKeptOnce) {
  File file;
  file.lines({line("one\\n")});
  EXPECT_EQ(file.batch.arena.size(), line("one\\n").size());
  const std::string attributes = ",\"attrs\":{\"team\":\"shop\"}";
  file.lines({line("two\\n", "stdout", attributes), line("three\\n", "stdout", attributes)});
  EXPECT_EQ(file.batch.events[1].fields, file.batch.events[2].fields);
}

TEST(DockerJson, WhatTheTailSourceSaysAboutTheFileStays) {
  File file;
  Event event;
  event.frame = event.message = file.batch.arena.append(line("x\\n", "stdout", ",\"attrs\":{\"team\":\"shop\"}"));
  event.fields = append_field(file.batch.arena, FieldKind::text, "path", "/var/lib/docker/x.log");
  file.batch.events.push_back(event);
  file.json.apply(file.batch, 0, kNow);
  const auto fields = fields_of(file.batch, file.batch.events[0]);
  EXPECT_EQ(fields.at("path"), "/var/lib/docker/x.log");
  EXPECT_EQ(fields.at("team"), "shop");
}

TEST(DockerJson, TheLogOptionTagIsTheApp) {
  File file;
  const std::string attributes = ",\"attrs\":{\"team\":\"shop\",\"tag\":\"web/1\"}";
  file.lines({line("one\\n", "stdout", attributes), line("two\\n", "stderr", attributes), line("three\\n")});
  EXPECT_EQ(file.batch.text(file.batch.events[0].app()), "web/1");
  EXPECT_EQ(file.batch.text(file.batch.events[1].app()), "web/1");
  EXPECT_TRUE(file.batch.events[2].app().empty());
}

TEST(DockerJson, PiecesOfALineAreJoinedAndTheStreamsDoNotMix) {
  File file;
  file.lines(
      {line("one "), line("ERR ", "stderr"), line("two "), line("end\\n", "stderr"), line("three\\n"), line("next\\n")});
  EXPECT_EQ(file.messages(), (std::vector<std::string>{"ERR end", "one two three", "next"}));
  EXPECT_EQ(file.batch.events[0].priority, 3 * 8 + 3);
  EXPECT_EQ(file.batch.text(file.batch.events[1].frame), "one two three");
}

TEST(DockerJson, TheCheckpointStaysBeforeWhatIsHeld) {
  File file;
  file.lines({line("done\\n")});
  const std::size_t durable = file.given;
  file.lines({line("piece ")});
  EXPECT_EQ(file.given - file.json.held_bytes(), durable);
  file.lines({line("other\\n", "stderr"), line("more ")});
  EXPECT_EQ(file.given - file.json.held_bytes(), durable);
  file.lines({line("end\\n")});
  EXPECT_EQ(file.json.held_bytes(), 0U);
}

TEST(DockerJson, PiecesWithoutTheirEndComeOutMarkedAfterTheTimeout) {
  File file;
  file.lines({line("prompt> ")});
  EXPECT_TRUE(file.batch.events.empty());
  EXPECT_EQ(file.json.next_deadline(), kNow + 5s);
  file.json.expire(file.batch, kNow + 4s);
  EXPECT_TRUE(file.batch.events.empty());
  file.json.expire(file.batch, kNow + 5s);
  EXPECT_EQ(file.messages(), (std::vector<std::string>{"prompt> "}));
  EXPECT_TRUE(file.batch.events[0].flags & flag::kPartial);
  EXPECT_EQ(file.json.next_deadline(), base::kNever);
  EXPECT_EQ(file.json.held_bytes(), 0U);
}

TEST(DockerJson, AJoinedLineIsBounded) {
  File file({.max_message = 10});
  file.lines({line("12345678"), line("90xxxx"), line("yyyy\\n")});
  EXPECT_EQ(file.messages(), (std::vector<std::string>{"1234567890"}));
  EXPECT_TRUE(file.batch.events[0].flags & flag::kTruncated);
}

TEST(DockerJson, ALineThatIsNotDockersStaysAsItIs) {
  File file;
  const std::vector<std::string> others{"plain text",
                                        R"({"log":"x\n"})",
                                        R"({"log":1,"time":"2026-11-23T03:42:12Z"})",
                                        R"({"log":"x\n","time":"yesterday"})",
                                        "{\"log\":\"x",
                                        ""};
  file.lines(others);
  EXPECT_EQ(file.messages(), others);
  for (const Event& event : file.batch.events) EXPECT_EQ(event.priority, kNoPriority);
}

}  // namespace
}  // namespace longshore::shipper
