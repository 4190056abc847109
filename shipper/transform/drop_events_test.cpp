#include "shipper/transform/drop_events.hpp"

#include <gtest/gtest.h>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

using Is = TransformCondition::Is;

TEST(DropEvents, WhatIsMeantGoesAndIsCountedTheRestKeepsItsOrder) {
  auto drop = DropEvents::make({.where = {{"message", Is::contains, "/health"}}});
  Batch batch;
  DropCounter dropped;
  add_event(batch, "GET /health");  // before `first`: another source's
  for (const char* message : {"one", "GET /health", "two", "GET /health"}) add_event(batch, message);
  drop->apply(batch, 1, kNow, dropped);
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"GET /health", "one", "two"}));
  EXPECT_EQ(dropped.dropped.at("filtered"), 2U);
}

TEST(DropEvents, DroppingEverythingIsAMistakeThatIsSaid) {
  EXPECT_NE(DropEvents::make({}).error().message.find("all events would be dropped"), std::string::npos);
}

TEST(SampleEvents, TheFirstOfEachNIsKeptAcrossBatches) {
  auto sample = SampleEvents::make({.keep_one_in = 3, .where = {{"message", Is::contains, "debug"}}});
  DropCounter dropped;
  std::vector<std::string> kept;
  for (int i = 0; i < 7; ++i) {
    Batch batch;
    add_event(batch, "debug " + std::to_string(i));
    add_event(batch, "error");
    sample->apply(batch, 0, kNow, dropped);
    for (const std::string& message : messages_of(batch))
      if (message != "error") kept.push_back(message);
    EXPECT_EQ(messages_of(batch).back(), "error");
  }
  EXPECT_EQ(kept, (std::vector<std::string>{"debug 0", "debug 3", "debug 6"}));
  EXPECT_EQ(dropped.dropped.at("sampled"), 4U);
  EXPECT_FALSE(SampleEvents::make({.keep_one_in = 0}).has_value());
}

}  // namespace
}  // namespace longshore::shipper
