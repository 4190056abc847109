#include "shipper/sinks/payload_builder.hpp"

#include <gtest/gtest.h>

#include "shipper/encode/batch_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

Batch numbered(int count, std::uint64_t first_seq, const SourceInfo& source = {.name = "s", .tags = {}}) {
  Batch batch;
  for (int i = 0; i < count; ++i) add_event(batch, {.message = "n" + std::to_string(i)}, source);
  batch.first_seq = first_seq;
  return batch;
}

PayloadRules raw(std::size_t max_bytes) {
  return {.encoder = {.format = LineShape::raw}, .max_bytes = max_bytes, .linger = 100ms};
}

TEST(PayloadBuilder, AFullPayloadEndsBeforeTheEventThatDoesNotFit) {
  PayloadBuilder builder(raw(10));
  const Batch batch = numbered(5, 40);  // "n0\n" …
  EXPECT_EQ(builder.add(batch, 0, 0s), 3U);
  ASSERT_TRUE(builder.has_full());
  const Payload payload = builder.take_full();
  EXPECT_EQ(*payload.body, "n0\nn1\nn2\n");
  EXPECT_EQ(payload.first_seq, 40U);
  EXPECT_EQ(payload.seq(2), 42U);
  EXPECT_EQ(builder.add(batch, 3, 0s), 5U);
  EXPECT_EQ(builder.first_seq(), 43U);
}

TEST(PayloadBuilder, AnEventLargerThanAPayloadGoesAlone) {
  PayloadBuilder builder(raw(10));
  Batch batch;
  add_event(batch, {.message = "a"});
  add_event(batch, {.message = std::string(50, 'b')});
  add_event(batch, {.message = "c"});
  EXPECT_EQ(builder.add(batch, 0, 0s), 1U);
  EXPECT_EQ(*builder.take_full().body, "a\n");
  EXPECT_EQ(builder.add(batch, 1, 0s), 2U);
  EXPECT_EQ(builder.take_full().bytes(), 51U);
}

TEST(PayloadBuilder, WhatLingersIsTakenOldestFirst) {
  PayloadRules rules = raw(1000);
  rules.partition = [](const SourceInfo& source) { return source.name; };
  PayloadBuilder builder(rules);
  EXPECT_EQ(builder.due(), base::Duration::max());
  builder.add(numbered(1, 1, {.name = "x", .tags = {}}), 0, 10ms);
  builder.add(numbered(1, 2, {.name = "y", .tags = {}}), 0, 20ms);
  EXPECT_EQ(builder.due(), 110ms);
  EXPECT_FALSE(builder.take_open(109ms, false));
  EXPECT_EQ(builder.take_open(200ms, false)->partition, "x");
  EXPECT_EQ(builder.first_seq(), 2U);
  EXPECT_EQ(builder.take_open(0ms, true)->partition, "y");
  EXPECT_EQ(builder.first_seq(), UINT64_MAX);
}

TEST(PayloadBuilder, ManyPartitionsTogetherHoldNoMoreThanOnePayload) {
  PayloadRules rules = raw(30);
  rules.partition = [](const SourceInfo& source) { return source.name; };
  PayloadBuilder builder(rules);
  std::size_t open_bytes = 0;
  for (int i = 0; i < 100; ++i) {
    builder.add(numbered(1, static_cast<std::uint64_t>(i), {.name = "s" + std::to_string(i % 20), .tags = {}}), 0, 0s);
    open_bytes += 3;
    if (builder.has_full()) open_bytes -= builder.take_full().bytes();
    ASSERT_LT(open_bytes, 30U);
  }
}

TEST(PayloadBuilder, HoursOfReceiptAreKeptApart) {
  PayloadRules rules = raw(1000);
  rules.by_hour = true;
  PayloadBuilder builder(rules);
  Batch batch = numbered(1, 1);
  batch.received = {7'199'000'000'000};
  builder.add(batch, 0, 0s);
  batch.received = {7'200'000'000'000};
  builder.add(batch, 0, 1s);
  EXPECT_EQ(builder.take_open(0s, true)->hour, 1);
  EXPECT_EQ(builder.take_open(0s, true)->hour, 2);
}

TEST(PayloadBuilder, HalvesHoldTheSameLinesAndNumbers) {
  PayloadRules rules = raw(1000);
  rules.partition = [](const SourceInfo& source) { return source.name; };
  PayloadBuilder builder(rules);
  Batch batch;
  for (int i = 0; i < 7; ++i) add_event(batch, {.message = std::to_string(i)}, {.name = i % 2 == 0 ? "x" : "y", .tags = {}});
  batch.first_seq = 10;
  builder.add(batch, 0, 0s);
  const Payload whole = *builder.take_open(0s, true);
  const auto [first, second] = split(whole);
  EXPECT_EQ(*first.body + *second.body, "0\n2\n4\n6\n");
  EXPECT_EQ(second.first_seq, 14U);
  EXPECT_EQ(second.seq(1), 16U);
  EXPECT_EQ(second.lines.back().end, second.body->size());
  EXPECT_EQ(second.partition, "x");
}

}  // namespace
}  // namespace longshore::shipper
