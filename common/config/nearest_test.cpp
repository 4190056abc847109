#include "common/config/nearest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace longshore::config {
namespace {

const std::vector<std::string> kKnown{"listen", "linger", "token_file", "tags", "url"};

TEST(Nearest, FindsWhatWasMeantByASlip) {
  EXPECT_EQ(nearest("lisen", kKnown), "listen");
  EXPECT_EQ(nearest("listne", kKnown), "listen");
  EXPECT_EQ(nearest("token_flie", kKnown), "token_file");
  EXPECT_EQ(nearest("tag", kKnown), "tags");
}

TEST(Nearest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("compression", kKnown), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest("xyz", kKnown), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kKnown), "");
}

TEST(Nearest, UnknownWordIsToldWithTheLikelyOneOrAllKnown) {
  EXPECT_EQ(unknown("option", "lisen", kKnown), "unknown option \"lisen\", did you mean \"listen\"?");
  EXPECT_EQ(unknown("type", "kafka", kKnown), "unknown type \"kafka\", not one of: listen, linger, token_file, tags, url");
}

}  // namespace
}  // namespace longshore::config
