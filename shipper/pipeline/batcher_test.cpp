#include "shipper/pipeline/batcher.hpp"

#include <gtest/gtest.h>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"

namespace longshore::shipper {
namespace {

class BatcherTest : public testing::Test {
 protected:
  Batcher& make(BatcherOptions options = {}) {
    batcher = std::make_unique<Batcher>(loop.loop.get_executor(), options, clock,
                                        [this](std::shared_ptr<Batch> batch) { sealed.push_back(std::move(batch)); });
    return *batcher;
  }
  static void add(Batch& batch, std::string_view text) {
    Event event;
    event.frame = event.message = batch.arena.append(text);
    batch.events.push_back(event);
  }
  void give(SourceId source, std::initializer_list<std::string_view> texts) {
    Batch& batch = batcher->batch();
    const std::size_t first = batch.events.size();
    for (const std::string_view text : texts) add(batch, text);
    batcher->finish(source, first, 10);
  }
  void set_chain(SourceId source, std::vector<TransformOptions> options) {
    auto chain = TransformChain::make(options);
    ASSERT_TRUE(chain) << chain.error().message;
    batcher->set_transforms(source, std::move(*chain));
  }

  io::LoopForTest loop;
  base::ManualClock clock{base::Timestamp{1'800'000'000'000'000'000}};
  std::vector<std::shared_ptr<Batch>> sealed;
  std::unique_ptr<Batcher> batcher;
};

TEST_F(BatcherTest, SeveralSourcesShareABatchThatIsSealedAfterItsTime) {
  make({.interval = std::chrono::milliseconds(10)});
  const SourceId a = batcher->add_source({"a", {"x"}}), b = batcher->add_source({"b", {}});
  give(a, {"1", "2"});
  give(b, {"3"});
  EXPECT_TRUE(sealed.empty());
  EXPECT_EQ(batcher->pending_events(), 3u);
  loop.run([&]() -> io::Task<void> {
    while (sealed.empty()) co_await io::sleep_for(std::chrono::milliseconds(1));
  });
  ASSERT_EQ(sealed.size(), 1u);
  const Batch& batch = *sealed[0];
  ASSERT_EQ(batch.events.size(), 3u);
  EXPECT_EQ(batch.sources[batch.events[0].source].name, "a");
  EXPECT_EQ(batch.sources[batch.events[2].source].name, "b");
  EXPECT_EQ(batch.received, clock.now());
  EXPECT_EQ(batcher->pending_events(), 3u) << "sealed is not yet on disk";
  batcher->settled(batch);
  EXPECT_EQ(batcher->pending_events(), 0u);
  EXPECT_EQ(batcher->sources()[a].counters.received, 2u);
  EXPECT_EQ(batcher->sources()[a].counters.bytes, 10u);
}

TEST_F(BatcherTest, ALargeBatchIsSealedAtOnce) {
  make({.group_size = base::Bytes{1000}});
  const SourceId a = batcher->add_source({"a", {}});
  give(a, {std::string(999, 'x')});
  give(a, {"y"});
  ASSERT_EQ(sealed.size(), 1u);
}

TEST_F(BatcherTest, WithDurabilityAlwaysEachReadIsABatch) {
  make({.seal_at_once = true});
  const SourceId a = batcher->add_source({"a", {}});
  give(a, {"1"});
  give(a, {"2"});
  EXPECT_EQ(sealed.size(), 2u);
}

TEST_F(BatcherTest, CheckpointsAndCallbacksAloneAreABatchToo) {
  make();
  const SourceId a = batcher->add_source({"a", {}});
  batcher->batch().checkpoints.push_back({"key", "value"});
  batcher->finish(a, 0, 0);
  batcher->flush();
  ASSERT_EQ(sealed.size(), 1u);
  EXPECT_EQ(sealed[0]->checkpoints.size(), 1u);
}

TEST_F(BatcherTest, WhatAnAcknowledgementIsOwedForIsSealedAtOnceOrWhenTheDiskIsDone) {
  make();
  const SourceId a = batcher->add_source({"a", {}});
  const auto give_awaited = [&](std::string_view text) {
    batcher->batch().on_durable.emplace_back([] {});
    give(a, {text});
  };
  give_awaited("1");
  ASSERT_EQ(sealed.size(), 1u);
  give_awaited("2");
  give_awaited("3");
  EXPECT_EQ(sealed.size(), 1u) << "the disk is busy: they share the next batch";
  batcher->settled(*sealed[0]);
  ASSERT_EQ(sealed.size(), 2u);
  EXPECT_EQ(sealed[1]->events.size(), 2u);
  batcher->settled(*sealed[1]);
  EXPECT_EQ(sealed.size(), 2u);
}

TEST_F(BatcherTest, SourcesWaitWhileTheDiskIsBehind) {
  make({.group_size = base::Bytes{1}, .max_pending = base::Bytes{1000}});
  const SourceId a = batcher->add_source({"a", {}});
  give(a, {std::string(2000, 'x')});
  EXPECT_FALSE(batcher->accepting());
  bool went_on = false;
  loop.run([&]() -> io::Task<void> {
    batcher->settled(*sealed[0]);
    co_await batcher->wait_accepting();
    went_on = true;
  });
  EXPECT_TRUE(went_on);
  EXPECT_TRUE(batcher->accepting());
}

TEST_F(BatcherTest, WhoIsAheadWaitsOnceABatchAndNoLonger) {
  make({.group_size = base::Bytes{1}});
  const SourceId a = batcher->add_source({"a", {}});
  bool behind = true;
  batcher->set_sinks_behind([&] { return behind; });
  give(a, {"1"});
  EXPECT_TRUE(batcher->ahead());
  loop.run([&]() -> io::Task<void> { co_await batcher->wait_turn(); });
  EXPECT_FALSE(batcher->ahead()) << "it has waited for this batch";
  give(a, {"2"});
  EXPECT_TRUE(batcher->ahead());
  behind = false;
  EXPECT_FALSE(batcher->ahead());
}

TEST_F(BatcherTest, WhatWasReceivedIsPassedDroppedOrHeldAtEveryMoment) {
  make();
  const SourceId a = batcher->add_source({"a", {}});
  CollapseOptions collapse;
  SampleOptions sample;
  sample.keep_one_in = 2;
  set_chain(a, {sample, collapse});
  const auto holds = [&] {
    const SourceCounters& counters = batcher->sources()[a].counters;
    std::uint64_t dropped = 0;
    for (const auto& [reason, count] : counters.dropped) dropped += count;
    EXPECT_EQ(counters.received, counters.passed + dropped + batcher->sources()[a].chain.held());
  };
  for (int i = 0; i < 20; ++i) {
    give(a, {"the same", "the same", "another"});
    holds();
  }
  batcher->drop(a, "kernel_udp", 7);
  holds();
  clock.advance(std::chrono::minutes(5));
  batcher->tick(clock.now());
  holds();
  batcher->tick({INT64_MAX});
  holds();
  EXPECT_EQ(batcher->sources()[a].counters.dropped.at("kernel_udp"), 7u);
}

TEST_F(BatcherTest, ASourceThatComesBackGoesOnWithItsCounters) {
  make();
  const SourceId a = batcher->add_source({"a", {}});
  give(a, {"1"});
  EXPECT_EQ(batcher->add_source({"a", {"new-tag"}}), a);
  give(a, {"2"});
  EXPECT_EQ(batcher->sources()[a].counters.received, 2u);
  EXPECT_EQ(batcher->batch().sources.size(), 2u) << "its tags differ within one batch";
}

TEST_F(BatcherTest, RulesSeeEveryEventAfterTheTransforms) {
  struct Seen final : rules::Evaluator {
    void tick(base::Timestamp) override { ++ticks; }
    void evaluate(std::span<const rules::EventView> events, base::Timestamp) override {
      for (const rules::EventView& event : events) texts.emplace_back(event.message);
    }
    std::vector<std::string> texts;
    int ticks = 0;
  } seen;
  make();
  const SourceId a = batcher->add_source({"a", {}});
  DropOptions drop;
  drop.where = {{.field = "message", .is = TransformCondition::Is::contains, .value = "noise"}};
  set_chain(a, {drop});
  batcher->set_evaluator(&seen);
  give(a, {"one", "noise", "two"});
  EXPECT_EQ(seen.texts, (std::vector<std::string>{"one", "two"}));
  batcher->tick(clock.now());
  EXPECT_EQ(seen.ticks, 1);
}

}  // namespace
}  // namespace longshore::shipper
