#include "shipper/transform/compact.hpp"

#include <gtest/gtest.h>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

TEST(Compact, OnlyWhatEventsReferToStaysAndEarlierEventsAreNotTouched) {
  Batch batch;
  add_event(batch, "earlier");
  add_fields(batch, batch.events[0], {{FieldKind::text, "k", "earlier"}});
  const std::string before(batch.arena.view());
  for (const char* message : {"dropped", "one", "dropped", "two"}) add_event(batch, message);
  batch.events[2].fields = batch.events[0].fields;  // shared with an earlier one
  batch.arena.append("dead");
  add_fields(batch, batch.events[4], {{FieldKind::text, "app", "from fields"}});
  batch.events[4].set_app({batch.events[4].fields.end() - 11, 11});
  batch.events[3].fields = batch.events[4].fields;

  Arena scratch;
  const std::uint32_t begin = begin_of(batch, 1);
  EXPECT_EQ(begin, before.size());
  batch.events.erase(batch.events.begin() + 1);
  batch.events.erase(batch.events.begin() + 2);
  compact(batch, 1, begin, scratch);

  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"earlier", "one", "two"}));
  EXPECT_EQ(batch.arena.view().substr(0, before.size()), before);
  EXPECT_EQ(batch.arena.view().find("dropped"), std::string_view::npos);
  EXPECT_EQ(batch.arena.view().find("dead"), std::string_view::npos);
  EXPECT_EQ(fields_of(batch, batch.events[1]).at("k"), "'earlier'");
  EXPECT_EQ(fields_of(batch, batch.events[2]).at("app"), "'from fields'");
  EXPECT_EQ(batch.text(batch.events[2].app()), "from fields");
  EXPECT_EQ(batch.text(batch.events[2].host()), "web1");
  EXPECT_EQ(batch.text(batch.events[1].frame), "<14>Nov 23 03:42:12 web1 app: one");
}

TEST(Compact, FieldsThatNeighboursShareAreKeptOnce) {
  Batch batch;
  add_event(batch, "one");
  add_fields(batch, batch.events[0], {{FieldKind::text, "k", "shared"}});
  const Slice fields = batch.events[0].fields;
  add_event(batch, "two").fields = fields;
  Arena scratch;
  const std::size_t size = batch.arena.size();
  compact(batch, 0, begin_of(batch, 0), scratch);
  EXPECT_EQ(batch.arena.size(), size);
  EXPECT_EQ(batch.events[0].fields, batch.events[1].fields);
  EXPECT_EQ(fields_of(batch, batch.events[1]).at("k"), "'shared'");
}

TEST(Compact, WithoutEventsNothingIsLeft) {
  Batch batch;
  add_event(batch, "dropped");
  Arena scratch;
  const std::uint32_t begin = begin_of(batch, 0);
  batch.events.clear();
  compact(batch, 0, begin, scratch);
  EXPECT_EQ(batch.arena.size(), 0U);
}

}  // namespace
}  // namespace longshore::shipper
