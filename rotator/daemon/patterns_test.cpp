#include "rotator/daemon/patterns.hpp"

#include <gmock/gmock.h>

namespace longshore::rotator {
namespace {

using testing::ElementsAre;

TEST(Patterns, Braces) {
  EXPECT_THAT(expand_braces("/a/*.log"), ElementsAre("/a/*.log"));
  EXPECT_THAT(expand_braces("/{a,b}/x{1,,{2,3}}"),
              ElementsAre("/a/x1", "/a/x", "/a/x2", "/a/x3", "/b/x1", "/b/x", "/b/x2", "/b/x3"));
  EXPECT_THAT(expand_braces("/a{b}c{d"), ElementsAre("/a{b}c{d"));
  std::string many;
  for (int i = 0; i < 20; ++i) many += "{a,b}";
  EXPECT_EQ(expand_braces(many).size(), 1000U);
}

TEST(Patterns, FolderAndName) {
  EXPECT_EQ(split_pattern("/a/*/b.log").folder, "/a/*");
  EXPECT_EQ(split_pattern("/a/*/b.log").name, "b.log");
  EXPECT_EQ(split_pattern("/b.log").folder, "/");
  EXPECT_EQ(split_pattern("b.log").folder, ".");
  EXPECT_TRUE(has_wildcard("/a[b]"));
  EXPECT_FALSE(has_wildcard("/a.b"));
}

}  // namespace
}  // namespace longshore::rotator
