#include "shipper/transform/set_fields.hpp"

#include <gtest/gtest.h>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

using Is = TransformCondition::Is;

TEST(SetFields, FieldsAreAddedBehindThoseThatAreThere) {
  auto set = SetFields::make({.fields = {{"env", "prod"}, {"team", "shop"}}});
  Batch batch;
  DropCounter dropped;
  add_event(batch, "one");
  add_fields(batch, add_event(batch, "two"), {{FieldKind::text, "team", "old"}, {FieldKind::json, "n", "1"}});
  set->apply(batch, 0, kNow, dropped);
  EXPECT_EQ(fields_of(batch, batch.events[0]), (std::map<std::string, std::string>{{"env", "'prod'"}, {"team", "'shop'"}}));
  EXPECT_EQ(fields_of(batch, batch.events[1]),
            (std::map<std::string, std::string>{{"env", "'prod'"}, {"n", "1"}, {"team", "'shop'"}}));
}

TEST(SetFields, EventsThatSharedTheirFieldsShareThemAfterwards) {
  auto set = SetFields::make({.fields = {{"env", "prod"}}});
  Batch batch;
  DropCounter dropped;
  for (int i = 0; i < 3; ++i) add_event(batch, "x");
  const std::size_t before = batch.arena.size();
  set->apply(batch, 0, kNow, dropped);
  add_event(batch, "x");
  const std::size_t event_size = batch.arena.size() - before;
  set->apply(batch, 3, kNow, dropped);
  EXPECT_EQ(batch.events[0].fields, batch.events[3].fields);
  EXPECT_EQ(batch.arena.size() - before, event_size);
}

TEST(SetFields, OnlyEventsThatAreMeantGetThem) {
  auto set = SetFields::make({.fields = {{"env", "prod"}}, .where = {{"message", Is::equals, "one"}}});
  Batch batch;
  DropCounter dropped;
  add_event(batch, "one");
  add_event(batch, "two");
  set->apply(batch, 0, kNow, dropped);
  EXPECT_FALSE(batch.events[0].fields.empty());
  EXPECT_TRUE(batch.events[1].fields.empty());
  EXPECT_FALSE(SetFields::make({.fields = {{"", "x"}}}).has_value());
}

}  // namespace
}  // namespace longshore::shipper
