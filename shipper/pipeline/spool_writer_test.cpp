#include "shipper/pipeline/spool_writer.hpp"

#include <gtest/gtest.h>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"
#include "shipper/spool/spool_for_test.hpp"

namespace longshore::shipper {
namespace {

class SpoolWriterTest : public testing::Test {
 protected:
  SpoolWriterTest() : spool(open_spool(files)) {}
  SpoolWriter& start() {
    SpoolWriter::Hooks hooks;
    hooks.durable = [this](std::shared_ptr<Batch> batch) { durable.push_back(batch->first_seq); };
    hooks.stalled = [this](const base::Error& error) { stalls.push_back(error.message); };
    hooks.resumed = [this] { ++resumed; };
    writer = std::make_unique<SpoolWriter>(loop.loop.get_executor(), *spool, std::move(hooks));
    return *writer;
  }
  void until(std::function<bool()> condition) {
    loop.run([&]() -> io::Task<void> {
      while (!condition()) co_await io::sleep_for(std::chrono::milliseconds(1));
    });
  }

  test_support::FaultFileSystem files;
  std::unique_ptr<Spool> spool;
  io::LoopForTest loop;
  std::vector<std::uint64_t> durable;
  std::vector<std::string> stalls;
  int resumed = 0;
  std::unique_ptr<SpoolWriter> writer;
};

TEST_F(SpoolWriterTest, BatchesBecomeDurableInOrder) {
  start();
  for (int i = 0; i < 20; ++i) writer->submit(make_batch({"event"}));
  until([&] { return durable.size() == 20; });
  EXPECT_TRUE(std::is_sorted(durable.begin(), durable.end()));
  EXPECT_EQ(writer->stop(std::chrono::seconds(1)), 0u);
  EXPECT_EQ(drain(*spool->reader(0)).size(), 20u);
}

TEST_F(SpoolWriterTest, AFullDiskStopsItUntilThereIsRoomAndNothingIsLost) {
  files.set_capacity(100);
  start();
  writer->submit(make_batch({std::string(500, 'x')}));
  writer->submit(make_batch({"second"}));
  until([&] { return !stalls.empty(); });
  EXPECT_TRUE(durable.empty());
  EXPECT_EQ(stalls.size(), 1u) << "it is told once";
  files.set_capacity(1 << 20);
  until([&] { return durable.size() == 2; });
  EXPECT_EQ(resumed, 1);
  EXPECT_EQ(writer->stop(std::chrono::seconds(1)), 0u);
}

TEST_F(SpoolWriterTest, ToldToStopWhileTheDiskRefusesItTellsWhatIsLost) {
  files.set_capacity(100);
  start();
  writer->submit(make_batch({std::string(500, 'x'), "two"}));
  writer->submit(make_batch({"three"}));
  until([&] { return !stalls.empty(); });
  EXPECT_EQ(writer->stop(std::chrono::milliseconds(50)), 3u);
}

}  // namespace
}  // namespace longshore::shipper
