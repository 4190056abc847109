#include "health/daemon/wish_file.hpp"

#include <gmock/gmock.h>

#include <cerrno>

#include "tests/support/fault_file_system.hpp"

namespace longshore::health {
namespace {

using base::Code;
using testing::HasSubstr;

const Wish kIn{false, {1'795'788'000'000'000'000}, "start"};
const Wish kOut{true, {1'795'788'060'000'000'000}, "SIGUSR1"};

class WishFileTest : public testing::Test {
 protected:
  bool out() {
    const auto wish = file_.read();
    EXPECT_TRUE(wish) << wish.error().message;
    EXPECT_TRUE(*wish);
    return wish && *wish && (*wish)->out;
  }
  test_support::FaultFileSystem disk_;
  WishFile file_{disk_, "state/health"};
};

TEST_F(WishFileTest, KeepsTheLastWishOverADeathAndAPowerCut) {
  EXPECT_FALSE(*file_.read());
  ASSERT_TRUE(file_.write(kIn));
  ASSERT_TRUE(file_.write(kOut));
  disk_.kill_process();
  EXPECT_TRUE(out());
  disk_.cut_power(0);
  EXPECT_TRUE(out());
  EXPECT_EQ(disk_.content("state/health"), "out 2026-11-27T14:01:00Z SIGUSR1\n");
}

TEST_F(WishFileTest, AtWhateverOperationItDiesTheOldOneOrTheNewOneIsThere) {
  ASSERT_TRUE(file_.write(kIn));
  for (std::uint64_t dies = 1; dies < 12; ++dies)
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      disk_.set_content("state/health", write_wish(kIn));
      disk_.fail_from(disk_.operations() + dies, ENODEV, 1'000'000);
      const bool kept = file_.write(kOut).has_value();
      disk_.cut_power(seed);
      const bool is_out = out();
      EXPECT_TRUE(is_out || !kept) << "it said that it was kept; died at " << dies << ", seed " << seed;
    }
}

TEST_F(WishFileTest, AFullDiskIsToldAndKeepsTheOldOne) {
  ASSERT_TRUE(file_.write(kIn));
  disk_.set_capacity(1);
  const auto full = file_.write(kOut);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::exhausted);
  EXPECT_FALSE(out());
}

TEST_F(WishFileTest, WhatAProcessBeginsWith) {
  const base::Timestamp now{1'795'788'120'000'000'000};
  EXPECT_FALSE(first_wish(file_, Start::as_before, now)->out);  // the first time
  ASSERT_TRUE(file_.write(kOut));
  const auto before = first_wish(file_, Start::as_before, now);
  EXPECT_TRUE(before->out);
  EXPECT_EQ(before->by, "SIGUSR1");
  EXPECT_EQ(before->since, kOut.since);
  EXPECT_FALSE(first_wish(file_, Start::when_healthy, now)->out);
  EXPECT_FALSE(out());
  EXPECT_TRUE(first_wish(file_, Start::drained, now)->out);
  EXPECT_TRUE(out());
}

TEST_F(WishFileTest, WhatCannotBeReadMeansOut) {
  disk_.set_content("state/health", "garbage");
  EXPECT_EQ(file_.read().error().code, Code::corrupt);
  EXPECT_TRUE(first_wish(file_, Start::as_before, {})->out);
}

TEST_F(WishFileTest, AFolderThatCannotBeWrittenIsKnownAtTheStart) {
  disk_.fail_matching("write", EROFS, 1);
  const auto wish = first_wish(file_, Start::as_before, {});
  ASSERT_FALSE(wish);
  EXPECT_THAT(wish.error().message, HasSubstr("(state_file: its folder must be writable)"));
}

}  // namespace
}  // namespace longshore::health
