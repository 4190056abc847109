#include "shipper/tail/glob.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(Glob, AStarStaysInsideAName) {
  EXPECT_TRUE(glob_matches("/var/log/*.log", "/var/log/app.log"));
  EXPECT_FALSE(glob_matches("/var/log/*.log", "/var/log/app/x.log"));
  EXPECT_FALSE(glob_matches("/var/log/*.log", "/var/log/app.log.1"));
  EXPECT_TRUE(glob_matches("/a/app?.log", "/a/app1.log"));
  EXPECT_FALSE(glob_matches("/a/app?.log", "/a/app.log"));
}

TEST(Glob, TwoStarsCrossAnyNumberOfFolders) {
  EXPECT_TRUE(glob_matches("/var/log/**/*.log", "/var/log/a.log"));
  EXPECT_TRUE(glob_matches("/var/log/**/*.log", "/var/log/x/y/z/a.log"));
  EXPECT_FALSE(glob_matches("/var/log/**/*.log", "/var/lib/a.log"));
  EXPECT_TRUE(glob_matches("/a/**", "/a/b/c"));
}

TEST(Glob, ClassesAndBraces) {
  EXPECT_TRUE(glob_matches("/a/[a-c]x", "/a/bx"));
  EXPECT_FALSE(glob_matches("/a/[!a-c]x", "/a/bx"));
  EXPECT_TRUE(glob_matches("/a/[x", "/a/[x"));
  EXPECT_EQ(expand_braces("/{a,b}/{c,d}"), (std::vector<std::string>{"/a/c", "/a/d", "/b/c", "/b/d"}));
  EXPECT_EQ(expand_braces("/a/{b"), (std::vector<std::string>{"/a/{b"}));
}

TEST(Glob, TheWalkBeginsAtTheFirstWildcardAndSparesWhatCannotMatch) {
  EXPECT_EQ(glob_root("/var/log/**/*.log"), "/var/log");
  EXPECT_EQ(glob_root("/*.log"), "/");
  EXPECT_EQ(glob_root("/var/log/app.log"), "/var/log");
  EXPECT_TRUE(glob_may_match_below("/var/log/*/x.log", "/var/log/a"));
  EXPECT_FALSE(glob_may_match_below("/var/log/*/x.log", "/var/log/a/b"));
  EXPECT_FALSE(glob_may_match_below("/var/log/a*/x.log", "/var/log/b"));
  EXPECT_TRUE(glob_may_match_below("/var/log/**/x.log", "/var/log/a/b/c"));
}

TEST(Glob, AHostilePatternTakesNoTime) {
  EXPECT_FALSE(glob_matches("/" + std::string(200, '*') + "b", "/" + std::string(200, 'a')));
}

}  // namespace
}  // namespace longshore::shipper
