#include "deployer/host/created.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(Created, OnlyWhatHasAllOfItsLabelsAndWasNeverStarted) {
  const char* const body = R"({"Image":"a","Labels":{"longshore.rollout":"r1","longshore.spec":"1234"}})";
  EXPECT_TRUE(is_created_by(body, {{"longshore.rollout", "r1"}, {"longshore.spec", "1234"}, {"of.image", "x"}}, "created"));
  EXPECT_FALSE(is_created_by(body, {{"longshore.rollout", "r1"}, {"longshore.spec", "1234"}}, "running"));
  EXPECT_FALSE(is_created_by(body, {{"longshore.rollout", "r2"}, {"longshore.spec", "1234"}}, "created"));
  EXPECT_FALSE(is_created_by(body, {{"longshore.rollout", "r1"}}, "created"));
  for (const char* nothing : {"", "[]", "{}", R"({"Labels":{}})", R"({"Labels":{"a":1}})"})
    EXPECT_FALSE(is_created_by(nothing, {{"a", "1"}}, "created")) << nothing;
}

}  // namespace
}  // namespace longshore::deployer
