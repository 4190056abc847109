#include "shipper/transform/redact.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

// Secrets are made here, so that none stands in the repository.
std::string text_of(std::size_t size, std::string_view alphabet = "q7Zk3Xw9Lm2Rt5") {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += alphabet[(i * 5 + i / alphabet.size()) % alphabet.size()];
  return out;
}
const std::string kToken = text_of(24);
const std::string kCard = "4111" + std::string("11111111") + "1111";

struct Source {
  Redact redact;
  Batch batch;
  DropCounter dropped;
  explicit Source(RedactOptions options = {}) : redact(std::move(*Redact::make(options))) {}

  Event& line(std::string_view message) { return add_event(batch, message); }
  // The message afterwards; nothing of `secret` is left anywhere in the arena.
  std::string apply(std::string_view secret) {
    redact.apply(batch, 0, kNow, dropped);
    EXPECT_EQ(batch.arena.view().find(secret), std::string_view::npos) << batch.arena.view();
    return std::string(batch.text(batch.events.back().message));
  }
  std::uint64_t count(std::string_view name) const {
    for (const Redact::Count& count : redact.counts())
      if (count.name == name) return count.secrets;
    return 0;
  }
};

std::string masked(std::string_view name, std::size_t size) {
  const std::string label = "[redacted:" + std::string(name) + "]";
  return size < label.size() ? std::string(size, '*') : label + std::string(size - label.size(), '*');
}

TEST(Redact, TheValuesOfSecretSettingsGoWhateverTheirForm) {
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{{"login password=", " ok"},
                                                                                      {"DB_PASSWORD: ", ""},
                                                                                      {"{\"api_key\":\"", "\"}"},
                                                                                      {"{\\\"token\\\":\\\"", "\\\"}"},
                                                                                      {"url?token=", "&x=1"},
                                                                                      {"X-Auth-Token: ", ""},
                                                                                      {"secret='", "'"},
                                                                                      {"passwd = \"", "\" next"},
                                                                                      {"apikey=", ""},
                                                                                      {"AWS_SECRET_ACCESS_KEY=", ""},
                                                                                      {"Authorization: Bearer ", ""},
                                                                                      {"authorization=\"Basic ", "\""},
                                                                                      {"bearer ", " x"},
                                                                                      {"postgres://user:", "@db/x"}}) {
    Source source;
    source.line(before + kToken + after);
    const std::string message = source.apply(kToken);
    EXPECT_TRUE(message.starts_with(before) && message.ends_with(after)) << message;
    EXPECT_TRUE(message.substr(before.size()).starts_with("[redacted:")) << message;
    EXPECT_EQ(message.size(), before.size() + kToken.size() + after.size());
    EXPECT_TRUE(source.batch.events[0].flags & flag::kRedacted);
    EXPECT_EQ(source.batch.text(source.batch.events[0].host()), "web1");
  }
}

TEST(Redact, AQuotedValueGoesWhole) {
  Source source;
  source.line(R"(password="two \"quoted\" words" rest)");
  EXPECT_EQ(source.apply("quoted"), "password=\"" + masked("token", 20) + "\" rest");
}

TEST(Redact, KeysAreKnownByTheirShape) {
  const std::string upper = text_of(16, "ABCDEFGHJKLMNPQR2345");
  const std::string lines = text_of(64);
  for (const auto& [name, secret] : std::vector<std::pair<std::string, std::string>>{
           {"aws-key", "AKIA" + upper},
           {"github-key", "ghp_" + text_of(36)},
           {"github-key", "github_pat_" + text_of(40)},
           {"slack-key", "xoxb-" + text_of(30)},
           {"jwt", "eyJ" + text_of(20) + "." + text_of(30) + "." + text_of(20)},
           {"private-key", "-----BEGIN RSA PRIVATE KEY-----\n" + lines + "\n" + lines + "\n-----END RSA PRIVATE KEY-----"},
           {"private-key", "-----BEGIN PRIVATE KEY-----\\n" + lines}}) {
    Source source;
    source.line("found " + secret);
    EXPECT_EQ(source.apply(secret.substr(4)), "found " + masked(name, secret.size()));
    EXPECT_EQ(source.count(name), 1U);
  }
  Source source;
  const std::string secret = text_of(40);
  source.line("aws secret: '" + secret + "'");
  source.apply(secret);
}

TEST(Redact, CardNumbersGo) {
  Source source;
  source.line("paid with " + kCard + " at 1795405332123");
  EXPECT_EQ(source.apply(kCard), "paid with " + masked("card", 16) + " at 1795405332123");
  EXPECT_EQ(source.count("card"), 1U);
}

TEST(Redact, OrdinaryLinesStayAndAreNotMarked) {
  Source source;
  const std::vector<std::string> lines = {"GET /index.html HTTP/1.1 200 1234",
                                          "bearer of bad news",
                                          "the secret of success",
                                          "tokens: 512 used",
                                          "password changed for alice",
                                          "basic authentication enabled",
                                          "https://example.com:8080/path?a=b",
                                          "2026-11-23 03:42:12 1795405332123456789",
                                          "password="};
  for (const std::string& line : lines) source.line(line);
  source.redact.apply(source.batch, 0, kNow, source.dropped);
  EXPECT_EQ(messages_of(source.batch), lines);
  for (const Event& event : source.batch.events) EXPECT_EQ(event.flags, 0);
}

TEST(Redact, ASecretGoesWhereverTheEventShowsIt) {
  Source source({.patterns = {{"login", "^login (\\w+)$"}}});
  const std::string user = text_of(12);
  Event& event = source.line("login " + user);
  event.structured_data = source.batch.arena.append("[x user=\"" + user + "\"]");
  event.set_procid(source.batch.arena.append(user));
  add_fields(source.batch, event,
             {{FieldKind::text, "who", "it is " + user}, {FieldKind::json, "o", "{\"u\":\"" + user + "\"}"}});
  EXPECT_EQ(source.apply(user), "login ************");
  EXPECT_EQ(source.count("login"), 1U);
}

TEST(Redact, AFieldWithASecretNameLosesItsValue) {
  Source source;
  add_fields(source.batch, source.line("x"),
             {{FieldKind::text, "db_password", "two words"},
              {FieldKind::json, "api_key", "123456"},
              {FieldKind::json, "body", "{\"token\":\"" + kToken + "\",\"n\":1}"},
              {FieldKind::text, "user", "alice"}});
  source.apply(kToken);
  const auto fields = fields_of(source.batch, source.batch.events[0]);
  EXPECT_EQ(fields.at("db_password"), "'*********'");
  EXPECT_EQ(fields.at("api_key"), "'******'");  // no longer JSON, so it is text
  EXPECT_EQ(fields.at("body"), "{\"token\":\"" + masked("token", 24) + "\",\"n\":1}");
  EXPECT_EQ(fields.at("user"), "'alice'");
}

TEST(Redact, ACardAsAJsonNumberBecomesText) {
  Source source;
  add_fields(source.batch, source.line("x"), {{FieldKind::json, "pan", kCard}});
  source.apply(kCard);
  EXPECT_EQ(fields_of(source.batch, source.batch.events[0]).at("pan"), "'" + masked("card", 16) + "'");
}

// A frame may show the secret with escapes that no search knows.
TEST(Redact, AFrameOfJsonAroundTheMessageIsWipedButForWhatIsInUse) {
  Source source;
  Batch& batch = source.batch;
  Event event;
  event.format = Format::gelf;
  event.frame = batch.arena.append(R"({"host":"web1","short_message":"password=\u0061bc\/defgh"})");
  event.set_host({event.frame.offset + 9, 4});
  event.message = batch.arena.append("password=abc/defgh");
  batch.events.push_back(event);
  EXPECT_EQ(source.apply("defgh"), "password=*********");
  EXPECT_EQ(batch.text(batch.events[0].host()), "web1");
  EXPECT_EQ(batch.events[0].frame, batch.events[0].message);
}

TEST(Redact, FieldsThatEventsShareAreRedactedForAllOfThem) {
  Source source;
  for (const char* message : {"one", "two"}) source.line(message);
  add_fields(source.batch, source.batch.events[0], {{FieldKind::text, "cmd", "--token=" + kToken}});
  source.batch.events[1].fields = source.batch.events[0].fields;
  source.apply(kToken);
  for (const Event& event : source.batch.events) EXPECT_TRUE(event.flags & flag::kRedacted);
  EXPECT_EQ(source.count("token"), 1U);
}

TEST(Redact, WhatWasRedactedBeforeIsLeftAlone) {
  Source source;
  source.line("password=" + kToken + " pwd=**** token=\"" + masked("token", 30) + "\"");
  source.apply(kToken);
  EXPECT_EQ(source.count("token"), 1U);
  source.apply(kToken);
  EXPECT_EQ(source.count("token"), 1U);
}

TEST(Redact, GroupsOfPatternsCanBeLeftOut) {
  Source source({.tokens = false, .keys = false, .cards = false});
  const std::string line = "password=" + kToken + " " + kCard;
  source.line(line);
  source.redact.apply(source.batch, 0, kNow, source.dropped);
  EXPECT_EQ(messages_of(source.batch)[0], line);
}

TEST(Redact, ABadPatternIsNamed) {
  const auto bad = Redact::make({.patterns = {{"mine", "(open"}}});
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("pattern 'mine'"), std::string::npos);
  EXPECT_NE(bad.error().message.find("'(open'"), std::string::npos);
  EXPECT_FALSE(Redact::make({.patterns = {{"a]b", "x"}}}));
}

}  // namespace
}  // namespace longshore::shipper
