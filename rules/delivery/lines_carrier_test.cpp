#include "rules/delivery/lines_carrier.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "common/io/loop_for_test.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::rules {
namespace {

class Lines : public ::testing::Test {
 protected:
  AlertAnswer carry(Carrier& carrier, const std::string& line) {
    AlertAnswer answer;
    test_.run([&]() -> io::Task<void> {
      AlertRequest request{.body = line};
      answer = co_await carrier.carry(std::move(request));
    });
    return answer;
  }
  io::LoopForTest test_;
  io::BlockingPool pool_{1};
};

TEST_F(Lines, WhatACrashLeftOfALineIsEndedBeforeTheNext) {
  test_support::FaultFileSystem files;
  files.set_content("alerts.jsonl", "{\"ki");
  FileCarrier carrier(pool_, files, "alerts.jsonl");
  EXPECT_EQ(carry(carrier, "{}\n").status, 200);
  EXPECT_EQ(carry(carrier, "[]\n").status, 200);
  EXPECT_EQ(files.content("alerts.jsonl"), "{\"ki\n{}\n[]\n");
  files.cut_power(0);
  EXPECT_EQ(files.content("alerts.jsonl"), "{\"ki\n{}\n[]\n") << "durable";
}

TEST_F(Lines, AFullDiskIsAnAnswerAndLeavesNoHalfLine) {
  test_support::FaultFileSystem files;
  files.set_capacity(5);
  FileCarrier carrier(pool_, files, "alerts.jsonl");
  const AlertAnswer answer = carry(carrier, "0123456789\n");
  EXPECT_EQ(answer.status, 0);
  EXPECT_TRUE(answer.body.contains("alerts.jsonl")) << answer.body;
  EXPECT_EQ(files.content("alerts.jsonl"), "");
}

TEST_F(Lines, StandardOutputThatNobodyReadsIsTroubleAndNotAHang) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  base::UniqueFd reader(ends[0]), writer(ends[1]);
  ASSERT_GT(::fcntl(writer.get(), F_SETPIPE_SZ, 4096), 0);
  DescriptorCarrier carrier(pool_, writer.get());
  const AlertAnswer answer = carry(carrier, std::string(6'000, 'x') + "\n");
  EXPECT_EQ(answer.status, 0);
  EXPECT_TRUE(answer.body.contains("nobody reads")) << answer.body;
  char bytes[8192];
  ASSERT_EQ(::read(reader.get(), bytes, sizeof bytes), 4096);
  EXPECT_EQ(carry(carrier, "{}\n").status, 200);
  const ssize_t count = ::read(reader.get(), bytes, sizeof bytes);
  EXPECT_EQ(std::string(bytes, static_cast<std::size_t>(count)), "\n{}\n") << "what was torn is ended first";
}

}  // namespace
}  // namespace longshore::rules
