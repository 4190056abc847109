#include "deployer/process/process.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

using base::Code;

TEST(Process, IsCollectedWhateverItPrintsAndHoweverItEnds) {
  const auto ended = run_and_collect({"sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 7"});
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->out.size(), 300000U);
  EXPECT_EQ(ended->err.size(), 300000U);
  EXPECT_EQ(ended->status, 7);
  EXPECT_EQ(run_and_collect({"sh", "-c", "kill -9 $$"})->status, 137);
  EXPECT_EQ(run_and_collect({"no-such-program"}).error().code, Code::not_found);
  EXPECT_EQ(run_visibly({"sh", "-c", "exit 3"}).value(), 3);
}

}  // namespace
}  // namespace longshore::deployer
