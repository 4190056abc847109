#include "rotator/search/ordered_output.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "rotator/archive/archive_for_test.hpp"

namespace longshore::rotator {
namespace {

TEST(OrderedOutput, KeepsTheOrderOfTasksWhoeverIsFirst) {
  constexpr std::uint64_t kTasks = 400;
  const auto piece = [](std::uint64_t task, std::uint64_t part) {
    return std::to_string(task) + "." + std::to_string(part) + std::string(task % 7 == 0 ? 60'000 : 10, 'x') + "\n";
  };
  TemporaryFolder folder;
  const auto file = open_test_file(folder / "out");
  OrderedOutput output(file.get());
  std::atomic<std::uint64_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < 6; ++i)
      threads.emplace_back([&, i] {
        std::mt19937 random(i);
        for (std::uint64_t task = 0; (task = next++) < kTasks;) {
          for (std::uint64_t part = 0; part < task % 4; ++part) {
            std::string text = piece(task, part);
            EXPECT_TRUE(output.append(task, text));
            if (random() % 4 == 0) std::this_thread::yield();
          }
          EXPECT_TRUE(output.finish(task, piece(task, 9), [task] { return "end " + std::to_string(task) + "\n"; }));
        }
      });
  }
  std::string expected;
  for (std::uint64_t task = 0; task < kTasks; ++task) {
    for (std::uint64_t part = 0; part < task % 4; ++part) expected += piece(task, part);
    expected += piece(task, 9) + "end " + std::to_string(task) + "\n";
  }
  EXPECT_EQ(read_test_file(folder / "out") == expected, true);
}

TEST(OrderedOutput, SaysWhenNothingCanBeWritten) {
  const auto full = open_test_file("/dev/full");
  OrderedOutput output(full.get());
  std::string text = "x";
  EXPECT_FALSE(output.append(0, text));
  EXPECT_TRUE(output.failed() && output.stopped());
  EXPECT_FALSE(output.finish(1, "y", [] { return std::string(); }));
}

}  // namespace
}  // namespace longshore::rotator
