#include "shipper/transform/collapse.hpp"

#include <gtest/gtest.h>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

// received = passed + dropped + held, checked after every step.
struct Source {
  Collapse collapse;
  Batch batch;
  DropCounter dropped;
  std::uint64_t received = 0;
  explicit Source(CollapseOptions options = {}) : collapse(std::move(*Collapse::make(options))) {}

  void receive(std::string_view message, base::Timestamp now = kNow, std::string_view host = "web1",
               std::uint8_t priority = 14) {
    const std::size_t first = batch.events.size();
    Event& event = add_event(batch, message, host);
    event.time_ns = now.ns;
    event.priority = priority;
    ++received;
    collapse.apply(batch, first, now, dropped);
    check();
  }
  void flush(base::Timestamp now) {
    collapse.flush(batch, now);
    check();
  }
  void check() const {
    const auto collapsed = dropped.dropped.find("collapsed");
    EXPECT_EQ(received,
              batch.events.size() + collapse.held() + (collapsed == dropped.dropped.end() ? 0 : collapsed->second));
  }
};

TEST(Collapse, AStormIsItsFirstMessageAtOnceAndOneSummaryWithTheExactCount) {
  Source s;
  for (int i = 0; i < 1000; ++i) s.receive("disk full", kNow + i * 1ms);
  EXPECT_EQ(s.batch.events.size(), 1U);
  EXPECT_EQ(s.batch.events[0].flags, 0);
  EXPECT_EQ(s.collapse.next_deadline(), kNow + 10s);
  s.flush(kNow + 9s);
  EXPECT_EQ(s.batch.events.size(), 1U);
  s.flush(kNow + 10s);
  ASSERT_EQ(s.batch.events.size(), 2U);
  const Event& summary = s.batch.events[1];
  EXPECT_EQ(summary.flags, flag::kCollapsed);
  EXPECT_EQ(s.batch.text(summary.message), "disk full");
  EXPECT_EQ(s.batch.text(summary.host()), "web1");
  EXPECT_EQ(fields_of(s.batch, summary),
            (std::map<std::string, std::string>{{"repeated", "999"},
                                                {"first_time", "'2026-11-23T03:42:12.001000Z'"},
                                                {"last_time", "'2026-11-23T03:42:12.999000Z'"}}));
  EXPECT_EQ(summary.time_ns, (kNow + 999ms).ns);
  EXPECT_EQ(s.dropped.dropped.at("collapsed"), 998U);
  EXPECT_EQ(s.collapse.held(), 0U);
  EXPECT_EQ(s.collapse.next_deadline(), base::kNever);
}

TEST(Collapse, MessagesThatDifferInAnythingAreNotEqual) {
  Source s;
  s.receive("a");
  s.receive("b");
  s.receive("a", kNow, "web2");
  s.receive("a", kNow, "web1", 11);
  EXPECT_EQ(s.batch.events.size(), 4U);
  s.flush(base::kNever);
  EXPECT_EQ(s.batch.events.size(), 4U);
}

TEST(Collapse, AfterTheWindowTheNextMessagePassesAtOnceAgain) {
  Source s;
  s.receive("a");
  s.receive("a", kNow + 1s);
  s.flush(kNow + 10s);
  s.receive("a", kNow + 11s);
  EXPECT_EQ(s.batch.events.size(), 3U);
  EXPECT_EQ(s.batch.events[2].flags, 0);
  s.receive("b", kNow + 11s);
  s.receive("b", kNow + 30s);  // nobody flushed in between, nothing was held
  EXPECT_EQ(s.batch.events.size(), 5U);
}

TEST(Collapse, FieldsOfTheMessageStayInTheSummary) {
  Source s;
  for (int i = 0; i < 2; ++i) {
    add_fields(s.batch, add_event(s.batch, "x"), {{FieldKind::text, "container_id", "4f3a"}});
    ++s.received;
    s.collapse.apply(s.batch, s.batch.events.size() - 1, kNow, s.dropped);
  }
  s.flush(base::kNever);
  EXPECT_EQ(fields_of(s.batch, s.batch.events[1]).at("container_id"), "'4f3a'");
}

TEST(Collapse, AFloodOfDifferentMessagesIsBoundedAndPasses) {
  Source s({.max_distinct = 10});
  for (int i = 0; i < 1000; ++i) s.receive("message " + std::to_string(i));
  EXPECT_EQ(s.batch.events.size(), 1000U);
  s.receive("storm");  // still watched: the oldest went
  s.receive("storm");
  EXPECT_EQ(s.batch.events.size(), 1001U);
  EXPECT_EQ(s.collapse.held(), 1U);
}

TEST(Collapse, WhenAllPlacesAreTakenByStormsOthersPassAsTheyAre) {
  Source s({.max_distinct = 2});
  for (const char* message : {"a", "b", "a", "b"}) s.receive(message);
  s.receive("c");
  s.receive("c");
  EXPECT_EQ(messages_of(s.batch), (std::vector<std::string>{"a", "b", "c", "c"}));
}

TEST(Collapse, HugeMessagesPassAsTheyAre) {
  Source s;
  const std::string huge(Collapse::kLargest + 1, 'x');
  s.receive(huge);
  s.receive(huge);
  EXPECT_EQ(s.batch.events.size(), 2U);
}

TEST(Collapse, OnlyMessagesThatAreMeantAreWatched) {
  Source s({.where = {{"severity", TransformCondition::Is::equals, "err"}}});
  s.receive("a");
  s.receive("a");
  EXPECT_EQ(s.batch.events.size(), 2U);
  EXPECT_FALSE(Collapse::make({.window = 0s}).has_value());
}

}  // namespace
}  // namespace longshore::shipper
