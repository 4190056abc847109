// The threads of a running shipper on one spool: a writer, sinks that read and move their cursors, one that only looks.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "shipper/spool/batch_pool.hpp"
#include "shipper/spool/spool_for_test.hpp"

namespace longshore::shipper {
namespace {

TEST(Concurrency, SinksGetEveryEventOnceAndInOrderWhileItIsWritten) {
  constexpr int kBatches = 300, kEach = 5;
  test_support::FaultFileSystem disk;
  SpoolOptions options = options_for_test();
  options.segment_size = base::Bytes{8000};
  options.memory = base::Bytes{2000};  // a slow sink has to go to the disk
  const auto spool = open_spool(disk, options);
  for (const char* sink : {"fast", "slow"}) ASSERT_TRUE(spool->open_cursor(sink));

  std::thread writer([&] {
    BatchPool pool(4, 1 << 20);
    for (int i = 0; i < kBatches; ++i) {
      const auto batch = pool.get();
      for (const std::string& text : texts(std::to_string(i), kEach)) add_event(*batch, text);
      batch->checkpoints.push_back({"file", std::to_string(i)});
      ASSERT_TRUE(spool->append(batch));
      if (i % 3 == 2) {
        ASSERT_TRUE(spool->sync());
      }
    }
  });
  const auto sink = [&](const std::string& name, std::size_t advance_each) {
    const auto reader = spool->reader(1);
    std::uint64_t next = 1;
    std::size_t batches = 0;
    while (next <= kBatches * kEach) {
      const auto batch = reader->next();
      ASSERT_TRUE(batch) << batch.error().message;
      if (!*batch) {
        std::this_thread::yield();
        continue;
      }
      ASSERT_EQ((*batch)->first_seq, next);
      for (std::size_t i = 0; i < (*batch)->events.size(); ++i)
        ASSERT_EQ((*batch)->text((*batch)->events[i].message), fmt::format("{} {}", (next - 1) / kEach, i + 1));
      next = (*batch)->end_seq();
      if (++batches % advance_each == 0) {
        ASSERT_TRUE(spool->advance_cursor(name, next));
      }
    }
    ASSERT_TRUE(spool->advance_cursor(name, next));
  };
  std::thread fast(sink, "fast", 1), slow(sink, "slow", 40);
  std::atomic<bool> done = false;
  std::thread looker([&] {
    while (!done) {
      const SpoolStats stats = spool->stats();
      EXPECT_LE(stats.first_seq, stats.next_seq);
      EXPECT_LE(spool->checkpoints().size(), 1U);
      EXPECT_EQ(spool->cursors().size(), 2U);
      (void)spool->reader(0)->next();
    }
  });
  for (std::thread* thread : {&writer, &fast, &slow}) thread->join();
  done = true;
  looker.join();
  EXPECT_EQ(spool->stats().lost_events, 0U);
  EXPECT_EQ(spool->stats().corrupt_blocks, 0U);
  EXPECT_EQ(segment_paths(disk).size(), 1U);
  EXPECT_EQ(spool->checkpoints().at("file"), std::to_string(kBatches - 1));
}

}  // namespace
}  // namespace longshore::shipper
