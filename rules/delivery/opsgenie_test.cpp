#include "rules/delivery/opsgenie.hpp"

#include <gtest/gtest.h>

#include "common/base/utf8.hpp"
#include "rules/delivery/change_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Kind = AlertVerdict::Kind;

AlertChange change(AlertChange::Kind kind) { return change_of(kind, "oom|web 1/ü"); }

class Opsgenie : public ::testing::Test {
 protected:
  AlertRequest request(const AlertChange& of, unsigned step = 0) const { return sink_.request(of, step, {}); }
  simdjson::dom::element body(const AlertChange& of) { return parser_.parse(request(of).body).value(); }
  std::string text(const AlertChange& of, std::string_view name) { return std::string(body(of)[name].get_string().value()); }

  OpsgenieSink sink_{{.url = "https://api.eu.opsgenie.com", .key = base::Secret("key")}};
  simdjson::dom::parser parser_;
};

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
  EXPECT_EQ(base::count_characters(text(large, "message")), 130u);
  EXPECT_EQ(base::count_characters(text(large, "alias")), 512u);
  EXPECT_EQ(base::count_characters(text(large, "description")), 15'000u);
  EXPECT_EQ(base::count_characters(text(large, "source")), 100u);
  EXPECT_EQ(base::count_characters(text(large, "note")), 25'000u);
  const simdjson::dom::array tags = body(large)["tags"].get_array().value();
  EXPECT_EQ(tags.size(), 20u);
  for (const auto tag : tags) EXPECT_EQ(base::count_characters(tag.get_string().value()), 50u);
  std::size_t in_details = 0;
  for (const auto& [key, value] : simdjson::dom::object(body(large)["details"].get_object().value()))
    in_details += base::count_characters(key) + base::count_characters(value.get_string().value());
  EXPECT_LE(in_details, 8'000u);
  EXPECT_GT(in_details, 7'900u);
}

TEST_F(Opsgenie, TextAtTheLimitIsNotTouched) {
  AlertChange exact = change(AlertChange::Kind::open);
  exact.message = many("ü", 130);
  EXPECT_EQ(text(exact, "message"), exact.message);
}

TEST_F(Opsgenie, ARepeatIsCountedAndThenToldByPutsOrByOneNote) {
  AlertChange repeat = change(AlertChange::Kind::repeat);
  repeat.count = 7;
  repeat.description = "more";
  ASSERT_EQ(sink_.steps(repeat), 4u);
  EXPECT_TRUE(request(repeat, 0).url.ends_with("/v2/alerts"));
  EXPECT_EQ(request(repeat, 1).method, "PUT");
  EXPECT_TRUE(request(repeat, 1).url.ends_with("/message?identifierType=alias"));
  EXPECT_EQ(request(repeat, 1).body, R"({"message":"Out of memory"})");
  EXPECT_EQ(request(repeat, 2).body, R"({"description":"more"})");
  EXPECT_EQ(request(repeat, 3).body, R"({"priority":"P3"})");
  const OpsgenieSink jsm({.url = "https://api.atlassian.com/jsm/ops/integration", .updates = AlertUpdates::note});
  ASSERT_EQ(jsm.steps(repeat), 2u);
  const AlertRequest note = jsm.request(repeat, 1, {});
  EXPECT_TRUE(note.url.starts_with("https://api.atlassian.com/jsm/ops/integration/v2/alerts/"));
  EXPECT_TRUE(note.url.ends_with("/notes?identifierType=alias"));
  EXPECT_TRUE(note.body.contains("7 so far: Out of memory"));
}

AlertVerdict verdict(const AlertAnswer& answer, AlertChange::Kind kind = AlertChange::Kind::open, unsigned step = 0) {
  return OpsgenieSink({}).verdict(change(kind), step, answer);
}
AlertVerdict asked(const AlertAnswer& answer, AlertChange::Kind kind = AlertChange::Kind::open, unsigned step = 0) {
  return OpsgenieSink({}).verdict_of_question(change(kind), step, answer);
}

TEST(OpsgenieVerdict, A202IsNotTheEnd) {
  const AlertVerdict accepted = verdict({.status = 202, .body = R"({"requestId":"a-1"})"});
  EXPECT_EQ(accepted.kind, Kind::ask);
  const OpsgenieSink sink({.url = "https://api.opsgenie.com"});
  EXPECT_EQ(sink.question(accepted.request_id).url, "https://api.opsgenie.com/v2/alerts/requests/a-1");
}

TEST(OpsgenieVerdict, WhatIsNoAnswerOfOpsgenieIsTriedAgain) {
  EXPECT_EQ(verdict({.status = 202, .body = "<html>"}).kind, Kind::retry);
  EXPECT_EQ(verdict({.status = 200, .body = "<html>"}).kind, Kind::retry);
  EXPECT_EQ(asked({.status = 200, .body = "<html>"}).kind, Kind::retry);
}

TEST(OpsgenieVerdict, APendingRequestIsAskedAgainAndALostOneSentAgain) {
  EXPECT_EQ(asked({.status = 404, .error_type = "RequestNotProcessed"}).kind, Kind::pending);
  EXPECT_EQ(asked({.status = 404}).kind, Kind::resend);
  EXPECT_EQ(asked({.status = 503}).kind, Kind::wait);
  EXPECT_EQ(asked({.status = 422}).kind, Kind::resend) << "the question is refused, not the alert";
  EXPECT_EQ(asked({.status = 200, .body = R"({"data":{"isSuccess":true}})"}).kind, Kind::settled);
  const AlertAnswer failed{.status = 200, .body = R"({"data":{"success":false,"status":"Alert does not exist"}})"};
  EXPECT_EQ(asked(failed).kind, Kind::refused);
  EXPECT_EQ(asked(failed).reason, "Alert does not exist");
  EXPECT_EQ(asked(failed, AlertChange::Kind::close).kind, Kind::settled);
  EXPECT_EQ(asked(failed, AlertChange::Kind::repeat, 0).kind, Kind::refused);
  EXPECT_EQ(asked(failed, AlertChange::Kind::repeat, 1).kind, Kind::settled);
}

}  // namespace
}  // namespace longshore::rules
