#include "shipper/spool/batch_pool.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace longshore::shipper {
namespace {

TEST(BatchPool, ABatchComesBackClearedAndWithItsMemory) {
  BatchPool pool(1, 1000);
  auto batch = pool.get();
  batch->arena.append("some bytes");
  batch->events.emplace_back();
  batch->sources.push_back({"source", {}});
  batch->on_durable.emplace_back([] {});
  const char* const memory = batch->arena.data();
  batch.reset();
  batch = pool.get();
  EXPECT_EQ(batch->arena.data(), memory);
  EXPECT_EQ(batch->arena.size(), 0U);
  EXPECT_TRUE(batch->events.empty() && batch->sources.empty() && batch->on_durable.empty());
}

TEST(BatchPool, ABatchThatSomebodyStillReadsIsNotGivenOut) {
  BatchPool pool(1, 1000);
  auto batch = pool.get();
  const std::shared_ptr<const Batch> reader = batch;
  batch.reset();
  EXPECT_NE(pool.get(), reader);
}

TEST(BatchPool, OneThatHasGrownTooLargeIsNotKept) {
  BatchPool pool(1, 1000);
  auto batch = pool.get();
  batch->arena.reserve(1001);
  batch.reset();
  EXPECT_EQ(pool.get()->arena.capacity(), 0U);
}

TEST(BatchPool, ABatchMayOutliveItsPool) {
  std::optional<BatchPool> pool(std::in_place, 1, 1000);
  const auto batch = pool->get();
  pool.reset();
  batch->arena.append("still usable");
}

}  // namespace
}  // namespace longshore::shipper
