#include "shipper/transform/where.hpp"

#include <gtest/gtest.h>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

using Is = TransformCondition::Is;

struct Sample {
  Batch batch;
  Sample() {
    Event& event = add_event(batch, "GET /health 200");
    event.source = batch.source_index({.name = "syslog udp", .tags = {}});
    add_fields(batch, event,
               {{FieldKind::text, "team", "old"}, {FieldKind::text, "team", "shop"}, {FieldKind::json, "n", "12"}});
  }
  bool holds(TransformWhere conditions) {
    auto where = Where::make(conditions);
    EXPECT_TRUE(where.has_value());
    return where->holds(batch, batch.events[0]);
  }
};

TEST(Where, EveryPartOfAnEventCanBeCompared) {
  Sample s;
  EXPECT_TRUE(s.holds({{"message", Is::contains, "/health"}}));
  EXPECT_TRUE(s.holds({{"message", Is::matches, "^GET .* 2\\d\\d$"}}));
  EXPECT_TRUE(s.holds({{"host", Is::equals, "web1"}}));
  EXPECT_TRUE(s.holds({{"app", Is::equals, "app"}}));
  EXPECT_TRUE(s.holds({{"severity", Is::equals, "info"}}));
  EXPECT_TRUE(s.holds({{"source", Is::equals, "syslog udp"}}));
  EXPECT_TRUE(s.holds({{"team", Is::equals, "shop"}}));  // later wins
  EXPECT_TRUE(s.holds({{"n", Is::equals, "12"}}));
  EXPECT_FALSE(s.holds({{"host", Is::equals, "web"}}));
}

TEST(Where, WhatIsNotThereIsAnEmptyText) {
  Sample s;
  EXPECT_TRUE(s.holds({{"absent", Is::equals, ""}}));
  EXPECT_TRUE(s.holds({{"pid", Is::equals, ""}}));
  s.batch.events[0].priority = kNoPriority;
  EXPECT_TRUE(s.holds({{"severity", Is::matches, "^$"}}));
}

TEST(Where, AllConditionsMustHoldAndANegatedOneMustNot) {
  Sample s;
  EXPECT_TRUE(s.holds({}));
  EXPECT_TRUE(s.holds({{"host", Is::equals, "web1"}, {"app", Is::equals, "other", true}}));
  EXPECT_FALSE(s.holds({{"host", Is::equals, "web1"}, {"app", Is::equals, "other"}}));
}

TEST(Where, ABadConditionIsNamed) {
  EXPECT_NE(Where::make({{"message", Is::matches, "(open"}}).error().message.find("'(open'"), std::string::npos);
  EXPECT_NE(Where::make({{"severity", Is::equals, "error"}}).error().message.find("err, warning"), std::string::npos);
  EXPECT_FALSE(Where::make({{"", Is::equals, "x"}}).has_value());
}

}  // namespace
}  // namespace longshore::shipper
