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

TEST(Patterns, WholePaths) {
  EXPECT_TRUE(matches_path("/a/*.log", "/a/x.log"));
  EXPECT_FALSE(matches_path("/a/*.log", "/a/b/x.log"));
  EXPECT_FALSE(matches_path("/a/*", "/a/.x"));
  for (const char* path : {"/a/x.log", "/a/b/x.log", "/a/b/c/d/x.log"})
    EXPECT_TRUE(matches_path("/a/**/*.log", path)) << path;
  EXPECT_FALSE(matches_path("/a/**/*.log", "/b/x.log"));
  EXPECT_TRUE(matches_path("/**/b/**/x", "/b/c/b/d/e/x"));
  EXPECT_FALSE(matches_path("/**/b/**/x", "/a/c/x"));
  std::string stars, deep;
  for (int i = 0; i < 200; ++i) stars += "/**/a", deep += "/a/a";
  EXPECT_FALSE(matches_path(stars + "/b", deep));
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
