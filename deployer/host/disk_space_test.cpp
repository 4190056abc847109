#include "deployer/host/disk_space.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(DiskSpace, OfDf) {
  EXPECT_EQ(available_of("Filesystem     1024-blocks     Used Available Capacity Mounted on\n"
                         "/dev/vda1         61611820 27078188  31369376      47% /\n"),
            31369376ULL * 1024);
  for (const char* text :
       {"", "\n", "This account is currently not available.\n", "a\n/dev/x 1 2\n", "a\nb c d e f\n", "a\nb c d 1x f\n"})
    EXPECT_FALSE(available_of(text)) << text;
}

}  // namespace
}  // namespace longshore::deployer
