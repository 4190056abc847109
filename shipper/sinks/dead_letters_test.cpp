#include "shipper/sinks/dead_letters.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shipper/encode/batch_for_test.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::shipper {
namespace {

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

base::Result<void> add(DeadLetters& letters, const std::string& frame, std::string_view sink = "loggly") {
  Batch batch;
  add_event(batch, {.message = frame}, {.name = "src", .tags = {}});
  return letters.add({sink, "answered 400", batch, batch.events[0], 7}, kNow);
}

TEST(DeadLetters, ALetterSaysWhyAndHoldsTheFrame) {
  test_support::FaultFileSystem files;
  DeadLetters letters("dead", base::Bytes{10'000}, files);
  ASSERT_TRUE(add(letters, "<13>a \"b\"\n"));
  ASSERT_TRUE(add(letters, "\xFF\x01\x02x"));
  EXPECT_EQ(files.content("dead/loggly.jsonl"),
            R"({"time":"2026-11-23T03:42:12.000000Z","sink":"loggly","reason":"answered 400","seq":7,"source":"src",)"
            R"("frame":"<13>a \"b\"\n"})"
            "\n"
            R"({"time":"2026-11-23T03:42:12.000000Z","sink":"loggly","reason":"answered 400","seq":7,"source":"src",)"
            R"("frame_base64":"/wECeA=="})"
            "\n");
}

TEST(DeadLetters, AreOnDiskWhenTheCallReturns) {
  test_support::FaultFileSystem files;
  DeadLetters letters("dead", base::Bytes{10'000}, files);
  ASSERT_TRUE(add(letters, "kept"));
  files.cut_power(0);
  EXPECT_NE(files.content("dead/loggly.jsonl").find("kept"), std::string::npos);
}

TEST(DeadLetters, StayWithinTheirSizeAndKeepTheNewest) {
  test_support::FaultFileSystem files;
  DeadLetters letters("dead", base::Bytes{2'000}, files);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(add(letters, "number " + std::to_string(i)));
  const std::string newest = files.content("dead/loggly.jsonl"), old = files.content("dead/loggly.jsonl.old");
  EXPECT_LE(newest.size() + old.size(), 2'000U);
  EXPECT_NE(newest.find("number 99"), std::string::npos);
  EXPECT_FALSE(old.empty());
}

TEST(DeadLetters, AFailedWriteIsAnErrorAndLeavesNoHalfLine) {
  test_support::FaultFileSystem files;
  DeadLetters letters("dead", base::Bytes{10'000}, files);
  ASSERT_TRUE(add(letters, "first"));
  files.fail_matching("write dead/loggly.jsonl", ENOSPC, 1);
  EXPECT_FALSE(add(letters, "second"));
  ASSERT_TRUE(add(letters, "third"));
  const std::string content = files.content("dead/loggly.jsonl");
  EXPECT_EQ(std::ranges::count(content, '\n'), 2);
  EXPECT_EQ(content.find("second"), std::string::npos);
}

TEST(DeadLetters, ASinksNameCannotLeaveTheFolder) {
  test_support::FaultFileSystem files;
  DeadLetters letters("dead", base::Bytes{10'000}, files);
  ASSERT_TRUE(add(letters, "x", "../../etc/passwd"));
  EXPECT_FALSE(files.content("dead/_._.._etc_passwd.jsonl").empty());
}

}  // namespace
}  // namespace longshore::shipper
