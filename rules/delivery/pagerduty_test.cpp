#include "rules/delivery/pagerduty.hpp"

#include <gtest/gtest.h>

#include "common/base/utf8.hpp"
#include "rules/delivery/change_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Kind = AlertVerdict::Kind;

const PagerdutySink kSink({.url = "https://events.pagerduty.com", .key = base::Secret("routing")});

ReadJson body(const AlertChange& change) { return ReadJson(kSink.request(change, 0, {}).body); }

TEST(Pagerduty, AnOpenTriggersAndACloseResolvesTheSameKey) {
  EXPECT_EQ(kSink.request(change_of(AlertChange::Kind::open), 0, {}).url, "https://events.pagerduty.com/v2/enqueue");
  const ReadJson open = body(change_of(AlertChange::Kind::open)), close = body(change_of(AlertChange::Kind::close));
  EXPECT_EQ(open.text("/event_action"), "trigger");
  EXPECT_EQ(open.text("/routing_key"), "routing");
  EXPECT_EQ(open.text("/dedup_key"), "oom|web-1");
  EXPECT_EQ(open.text("/payload/timestamp"), "2026-11-23T03:42:12.000Z");
  EXPECT_EQ(open.text("/payload/source"), "oom") << "a source is demanded: the rule, if there is no other";
  EXPECT_EQ(close.text("/event_action"), "resolve");
  EXPECT_EQ(close.text("/dedup_key"), "oom|web-1");
  EXPECT_EQ(kSink.steps(change_of(AlertChange::Kind::note)), 0U);
}

TEST(Pagerduty, PrioritiesAreSeverities) {
  AlertChange change = change_of(AlertChange::Kind::open);
  for (const auto& [priority, severity] : {std::pair{Priority::p1, "critical"},
                                           {Priority::p2, "error"},
                                           {Priority::p3, "warning"},
                                           {Priority::p4, "info"},
                                           {Priority::p5, "info"}}) {
    change.priority = priority;
    EXPECT_EQ(body(change).text("/payload/severity"), severity);
  }
}

TEST(Pagerduty, EveryFieldKeepsItsLimit) {
  const AlertChange large = large_change(AlertChange::Kind::open);
  const std::string bytes = kSink.request(large, 0, {}).body;
  EXPECT_LE(bytes.size(), 512U * 1024);
  EXPECT_GT(bytes.size(), 400U * 1024) << "and what fits is there";
  const ReadJson json(bytes);
  EXPECT_EQ(base::count_characters(json.text("/payload/summary")), 1024U);
  EXPECT_LE(json.text("/dedup_key").size(), 255U);
  AlertChange other = large;
  other.alias += "x";
  EXPECT_NE(body(other).text("/dedup_key"), json.text("/dedup_key")) << "what is cut is told apart by a hash";
}

TEST(Pagerduty, OnlyA202IsAnAcceptance) {
  const AlertChange open = change_of(AlertChange::Kind::open);
  EXPECT_EQ(kSink.verdict(open, 0, {.status = 202}).kind, Kind::settled);
  EXPECT_EQ(kSink.verdict(open, 0, {.status = 200, .body = "<html>"}).kind, Kind::retry);
  EXPECT_EQ(kSink.verdict(open, 0, {.status = 400}).kind, Kind::refused);
  EXPECT_GE(kSink.verdict(open, 0, {.status = 429}).pause, 30s) << "its limit is one of minutes";
}

}  // namespace
}  // namespace longshore::rules
