#include "rules/alert/alert_codec.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace longshore::rules {
namespace {

AlertChange full() {
  return {.kind = AlertChange::Kind::close,
          .rule = "oom",
          .alias = "oom|host|web-1|java",
          .episode = "oom|host|web-1|java@1",
          .group = {"java", ""},
          .at = {1'763'869'332'000'000'001},
          .count = std::numeric_limits<std::uint64_t>::max(),
          .priority = Priority::p1,
          .message = "Out of memory \"quoted\" \\ Zürich",
          .description = "two\nlines\tand \x01",
          .note = "quiet",
          .details = {{"b", "2"}, {"a", ""}, {"b", "twice"}},
          .tags = {"linux", ""},
          .samples = {"Killed process 42 (java)"},
          .responders = {{Responder::Kind::team, "infra"}, {Responder::Kind::schedule, "on call"}},
          .runbook = "https://runbooks.example/oom",
          .host = "web-1",
          .source = "syslog"};
}

TEST(AlertCodec, AChangeIsOneLineAndReadBackAsItWas) {
  const std::string line = write_alert_change(full());
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(read_alert_change(line).value(), full());
}

TEST(AlertCodec, WhatIsEmptyIsLeftOut) {
  EXPECT_EQ(write_alert_change({.rule = "r", .alias = "a", .episode = "e"}),
            R"({"kind":"open","rule":"r","alias":"a","episode":"e","at":"1970-01-01T00:00:00.000000000Z","count":0,)"
            R"("priority":"P3"})");
}

TEST(AlertCodec, BytesThatAreNotTextAreReplaced) {
  AlertChange change{.rule = "r", .alias = "a", .episode = "e", .message = "a\xFFz\xC3"};
  const auto read = read_alert_change(write_alert_change(change));
  EXPECT_EQ(read.value().message, "a\xEF\xBF\xBDz\xEF\xBF\xBD");
}

TEST(AlertCodec, AMemberOfALaterVersionIsPassedOver) {
  const std::string line =
      R"({"kind":"note","rule":"r","alias":"a","episode":"e","at":"2026-11-23T03:42:12Z","colour":[1]})";
  EXPECT_EQ(read_alert_change(line).value().kind, AlertChange::Kind::note);
}

TEST(AlertCodec, WhatIsWrongWithALineIsSaid) {
  const auto said = [](std::string_view line) { return read_alert_change(line).error().message.substr(31); };
  EXPECT_EQ(said(""), "the line is not a JSON object");
  EXPECT_EQ(said("[]"), "the line is not a JSON object");
  EXPECT_EQ(said(R"({"kind":"open","rule":"r","alias":"a","at":"x"})"), "it has no \"episode\"");
  const auto with = [&](std::string_view member) {
    return said(R"({"kind":"open","rule":"r","alias":"a","episode":"e","at":"2026-11-23T03:42:12Z",)" + std::string(member) +
                "}");
  };
  EXPECT_EQ(with(R"("kind":"shut")"), "\"kind\" is not one of open, repeat, note, close");
  EXPECT_EQ(with(R"("at":5)"), "\"at\" is not a time (RFC 3339)");
  EXPECT_EQ(with(R"("count":-1)"), "\"count\" is not a count");
  EXPECT_EQ(with(R"("priority":"P6")"), "\"priority\" is not one of P1, P2, P3, P4, P5");
  EXPECT_EQ(with(R"("message":1)"), "\"message\" is not a text");
  EXPECT_EQ(with(R"("details":[])"), "\"details\" is not a map");
  EXPECT_EQ(with(R"("tags":{})"), "\"tags\" is not a list");
  EXPECT_EQ(with(R"("tags":[1])"), "\"tags\" is not a text");
  EXPECT_EQ(with(R"("responders":[{"type":"team"}])"), "\"responders\" is not a list of maps with \"type\" and \"name\"");
}

TEST(AlertCodec, DamagedLinesAreRefusedOrReadButNeverMore) {
  std::mt19937 random(7);
  const std::string good = write_alert_change(full());
  for (std::size_t end = 0; end < good.size(); ++end) EXPECT_FALSE(read_alert_change(good.substr(0, end))) << end;
  for (int round = 0; round < 5000; ++round) {
    std::string line = good;
    for (int flips = 0; flips < 3; ++flips) line[random() % line.size()] = static_cast<char>(random());
    const auto read = read_alert_change(line);
    EXPECT_EQ(read ? base::Code::corrupt : read.error().code, base::Code::corrupt);
  }
}

TEST(AlertCodec, RandomChangesAreReadBackAsTheyWere) {
  std::mt19937_64 random(11);
  const auto text = [&] {
    constexpr std::string_view kPieces[] = {"a", "\"", "\\", "\n", "\x7F", std::string_view("\0", 1),
                                            "ü", "€",  "😀", "{",  " "};
    std::string out;
    for (auto left = random() % 8; left > 0; --left) out += kPieces[random() % std::size(kPieces)];
    return out;
  };
  const auto texts = [&] {
    std::vector<std::string> out(random() % 3);
    for (std::string& each : out) each = text();
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    AlertChange change{.kind = static_cast<AlertChange::Kind>(random() % 4),
                       .rule = text(),
                       .alias = text(),
                       .episode = text(),
                       .group = texts(),
                       .at = {static_cast<std::int64_t>(random() % 9'000'000'000'000'000'000)},
                       .count = random(),
                       .priority = static_cast<Priority>(1 + random() % 5),
                       .message = text(),
                       .description = text(),
                       .note = text(),
                       .tags = texts(),
                       .samples = texts(),
                       .runbook = text(),
                       .host = text(),
                       .source = text()};
    for (auto left = random() % 3; left > 0; --left) change.details.emplace_back(text(), text());
    for (auto left = random() % 3; left > 0; --left)
      change.responders.push_back({static_cast<Responder::Kind>(random() % 4), text()});
    const auto read = read_alert_change(write_alert_change(change));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, change);
  }
}

}  // namespace
}  // namespace longshore::rules
