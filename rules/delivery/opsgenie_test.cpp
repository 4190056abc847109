#include "rules/delivery/opsgenie.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>

#include "rules/delivery/runes.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Kind = AlertVerdict::Kind;

std::size_t runes(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string many(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

AlertChange change(AlertChange::Kind kind) {
  AlertChange out;
  out.kind = kind;
  out.rule = "oom";
  out.alias = "oom|web 1/ü";
  out.message = "Out of memory";
  return out;
}

class Opsgenie : public ::testing::Test {
 protected:
  AlertRequest request(const AlertChange& of) const { return opsgenie_request(options_, of); }
  simdjson::dom::element body(const AlertChange& of) { return parser_.parse(request(of).body).value(); }
  std::string text(const AlertChange& of, std::string_view name) { return std::string(body(of)[name].get_string().value()); }

  OpsgenieOptions options_{.base_url = "https://api.eu.opsgenie.com", .api_key = base::Secret("key")};
  simdjson::dom::parser parser_;
};

TEST(Runes, TextIsCutBetweenCharactersAndWhatIsNoTextIsReplaced) {
  EXPECT_EQ(cut_to_runes("äöü", 3), "äöü");
  EXPECT_EQ(cut_to_runes("äöüß", 3), "äö…");
  EXPECT_EQ(cut_to_runes("😀😀", 1), "…");
  EXPECT_EQ(cut_to_runes("a\xFF\xC3", 9), "a\uFFFD\uFFFD");
  EXPECT_EQ(cut_to_runes("\xED\xA0\x80", 9), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
}

TEST(Runes, JsonStringsAreEscaped) {
  std::string out;
  append_json_string(out, "a\"\\\n\x01ü\xFF");
  EXPECT_EQ(out, "\"a\\\"\\\\\\u000a\\u0001ü\uFFFD\"");
}

TEST_F(Opsgenie, AnOpenAndItsRepeatsCreateUnderTheAlias) {
  for (const auto kind : {AlertChange::Kind::open, AlertChange::Kind::repeat}) {
    const AlertRequest sent = request(change(kind));
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.url, "https://api.eu.opsgenie.com/v2/alerts");
    EXPECT_EQ(sent.authorization, "GenieKey key");
    EXPECT_EQ(text(change(kind), "alias"), "oom|web 1/ü");
    EXPECT_EQ(text(change(kind), "priority"), "P3");
  }
}

TEST_F(Opsgenie, ACloseAndANoteNameTheAliasInTheUrl) {
  AlertChange close = change(AlertChange::Kind::close);
  EXPECT_EQ(request(close).url, "https://api.eu.opsgenie.com/v2/alerts/oom%7Cweb%201%2F%C3%BC/close?identifierType=alias");
  AlertChange note = change(AlertChange::Kind::note);
  note.note = "why";
  EXPECT_TRUE(request(note).url.ends_with("/notes?identifierType=alias"));
  EXPECT_EQ(text(note, "note"), "why");
}

TEST_F(Opsgenie, EveryFieldKeepsItsLimitInCharacters) {
  AlertChange large = change(AlertChange::Kind::open);
  large.message = many("ü", 131);
  large.alias = many("😀", 600);
  large.description = many("ß", 16'000);
  large.source = many("é", 101);
  large.note = many("é", 25'001);
  large.tags.assign(21, many("ö", 51));
  large.details = {{"first", many("ä", 5'000)}, {"second", many("ä", 5'000)}, {"third", "x"}};
  EXPECT_EQ(runes(text(large, "message")), 130u);
  EXPECT_EQ(runes(text(large, "alias")), 512u);
  EXPECT_EQ(runes(text(large, "description")), 15'000u);
  EXPECT_EQ(runes(text(large, "source")), 100u);
  EXPECT_EQ(runes(text(large, "note")), 25'000u);
  const simdjson::dom::array tags = body(large)["tags"].get_array().value();
  EXPECT_EQ(tags.size(), 20u);
  for (const auto tag : tags) EXPECT_EQ(runes(tag.get_string().value()), 50u);
  std::size_t in_details = 0;
  for (const auto& [key, value] : simdjson::dom::object(body(large)["details"].get_object().value()))
    in_details += runes(key) + runes(value.get_string().value());
  EXPECT_LE(in_details, 8'000u);
  EXPECT_GT(in_details, 7'900u);
}

TEST_F(Opsgenie, TextAtTheLimitIsNotTouched) {
  AlertChange exact = change(AlertChange::Kind::open);
  exact.message = many("ü", 130);
  EXPECT_EQ(text(exact, "message"), exact.message);
}

TEST(OpsgenieVerdict, A202IsNotTheEnd) {
  const AlertVerdict verdict = opsgenie_verdict({.status = 202, .body = R"({"requestId":"a-1"})"});
  EXPECT_EQ(verdict.kind, Kind::ask);
  EXPECT_EQ(opsgenie_question({}, verdict.request_id).url, "https://api.opsgenie.com/v2/alerts/requests/a-1");
}

TEST(OpsgenieVerdict, WhatIsNoAnswerOfOpsgenieIsTriedAgain) {
  EXPECT_EQ(opsgenie_verdict({.status = 202, .body = "<html>"}).kind, Kind::retry);
  EXPECT_EQ(opsgenie_verdict({.status = 200, .body = "<html>"}).kind, Kind::retry);
  EXPECT_EQ(opsgenie_verdict({.status = 0, .body = "connection reset"}).kind, Kind::retry);
  EXPECT_EQ(opsgenie_verdict_of_question({.status = 200, .body = "<html>"}, AlertChange::Kind::open).kind, Kind::retry);
}

TEST(OpsgenieVerdict, TheLimitOfRatesAndItsHeadersAreObeyed) {
  const AlertVerdict verdict = opsgenie_verdict({.status = 429, .retry_after = "7", .rate_limit_period = "60"});
  EXPECT_EQ(verdict.kind, Kind::retry);
  EXPECT_EQ(verdict.pause, 60s);
  EXPECT_EQ(opsgenie_verdict({.status = 429, .retry_after = "4000000000"}).pause, 1h);
}

TEST(OpsgenieVerdict, FailuresOfTheServerAreRetriedAndRefusalsOfOneAlertAreFinal) {
  for (const int status : {302, 408, 500, 502, 503, 504}) EXPECT_EQ(opsgenie_verdict({.status = status}).kind, Kind::retry);
  for (const int status : {400, 404, 422, 501})
    EXPECT_EQ(opsgenie_verdict({.status = status}).kind, Kind::refused) << status;
}

TEST(OpsgenieVerdict, AWrongKeyHoldsTheAlertsUntilItIsMended) {
  for (const int status : {401, 402, 403}) {
    const AlertVerdict verdict = opsgenie_verdict({.status = status});
    EXPECT_EQ(verdict.kind, Kind::retry) << status;
    EXPECT_EQ(verdict.pause, 1min) << status;
  }
}

TEST(OpsgenieVerdict, APendingRequestIsAskedAgainAndALostOneSentAgain) {
  const auto asked = [](const AlertAnswer& answer, AlertChange::Kind kind = AlertChange::Kind::open) {
    return opsgenie_verdict_of_question(answer, kind);
  };
  EXPECT_EQ(asked({.status = 404, .error_type = "RequestNotProcessed"}).kind, Kind::pending);
  EXPECT_EQ(asked({.status = 404}).kind, Kind::resend);
  EXPECT_EQ(asked({.status = 503}).kind, Kind::retry);
  EXPECT_EQ(asked({.status = 200, .body = R"({"data":{"isSuccess":true}})"}).kind, Kind::settled);
  const AlertAnswer failed{.status = 200, .body = R"({"data":{"success":false,"status":"Alert does not exist"}})"};
  EXPECT_EQ(asked(failed).kind, Kind::refused);
  EXPECT_EQ(asked(failed).reason, "Alert does not exist");
  EXPECT_EQ(asked(failed, AlertChange::Kind::close).kind, Kind::settled);
}

}  // namespace
}  // namespace longshore::rules
