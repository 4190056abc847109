#include "shipper/pipeline/pace.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(Pace, SinksAreBehindWhenMoreThanTheLimitWaits) {
  Pace pace(100);
  pace.wrote(10, 60);
  EXPECT_FALSE(pace.behind());
  pace.wrote(20, 60);
  EXPECT_TRUE(pace.behind());
  pace.gathered(9);
  EXPECT_TRUE(pace.behind()) << "the first batch is not wholly gathered";
  pace.gathered(10);
  EXPECT_FALSE(pace.behind());
}

TEST(Pace, WhatMustComeFromTheDiskAnywayIsNoReasonToWait) {
  Pace pace(100);
  for (std::uint64_t i = 1; i <= 100; ++i) pace.wrote(i, 50);
  pace.gathered(0);
  EXPECT_TRUE(pace.behind()) << "the newest still are in memory";
  pace.gathered(98);
  EXPECT_FALSE(pace.behind());
}

}  // namespace
}  // namespace longshore::shipper
