#include "rules/delivery/alertmanager.hpp"

#include <gtest/gtest.h>

#include "rules/delivery/change_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Kind = AlertVerdict::Kind;

const AlertmanagerSink kSink({.url = "http://am:9093", .resend_every = 1min});
const AlertChange kOpen = change_of(AlertChange::Kind::open);

ReadJson body(const AlertChange& change, base::Timestamp now) { return ReadJson(kSink.request(change, 0, now).body); }

TEST(Alertmanager, WhatFiresEndsAFewResendsAhead) {
  const base::Timestamp now = kOpen.at + 10s;
  EXPECT_EQ(kSink.request(kOpen, 0, now).url, "http://am:9093/api/v2/alerts");
  const ReadJson json = body(kOpen, now);
  EXPECT_EQ(json.text("/0/labels/alertname"), "oom");
  EXPECT_EQ(json.text("/0/labels/alias"), "oom|web-1");
  EXPECT_EQ(json.text("/0/startsAt"), "2026-11-23T03:42:12.000Z");
  EXPECT_EQ(json.text("/0/endsAt"), "2026-11-23T03:46:22.000Z");
  EXPECT_EQ(kSink.resend_every(), 1min);
}

TEST(Alertmanager, ACloseHasItsEndInThePastEvenIfEventsAreAhead) {
  AlertChange close = change_of(AlertChange::Kind::close);
  close.at = kOpen.at + 1h;
  const ReadJson json = body(close, kOpen.at);
  EXPECT_EQ(json.text("/0/endsAt"), "2026-11-23T03:42:12.000Z");
  EXPECT_FALSE(json.has("/0/startsAt")) << "it may not lie behind the end";
}

TEST(Alertmanager, LabelsAreThoseThatDoNotChangeWithinAnEpisode) {
  AlertChange repeat = change_of(AlertChange::Kind::repeat);
  repeat.count = 99;
  repeat.message = "more of it";
  repeat.host = "other";
  EXPECT_EQ(simdjson::minify(body(repeat, kOpen.at).at("/0/labels")),
            simdjson::minify(body(kOpen, kOpen.at).at("/0/labels")));
  EXPECT_EQ(body(repeat, kOpen.at).text("/0/annotations/count"), "99");
}

TEST(Alertmanager, NamesOfAnnotationsAreMadeValidAndNeverTwice) {
  AlertChange open = kOpen;
  open.details = {{"cap.ip", "1.2.3.4"}, {"cap-ip", "second"}, {"9lives", "x"}, {"summary", "forged"}, {"", "x"}};
  open.responders = {{.kind = Responder::Kind::user, .name = "u"}, {.kind = Responder::Kind::team, .name = "infra"}};
  const ReadJson json = body(open, kOpen.at);
  EXPECT_EQ(json.text("/0/annotations/cap_ip"), "1.2.3.4");
  EXPECT_EQ(json.text("/0/annotations/_lives"), "x");
  EXPECT_EQ(json.text("/0/annotations/summary"), "Out of memory");
  EXPECT_EQ(json.text("/0/labels/team"), "infra");
}

TEST(Alertmanager, APageIsNoAnswer) {
  EXPECT_EQ(kSink.verdict(kOpen, 0, {.status = 200}).kind, Kind::settled);
  EXPECT_EQ(kSink.verdict(kOpen, 0, {.status = 200, .body = "<html>"}).kind, Kind::retry);
  EXPECT_EQ(kSink.verdict(kOpen, 0, {.status = 400}).kind, Kind::refused);
}

}  // namespace
}  // namespace longshore::rules
