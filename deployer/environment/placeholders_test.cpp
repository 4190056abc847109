#include "deployer/environment/placeholders.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(Placeholders, KnownWordsAreFilledInAndAllElseStays) {
  const std::map<std::string, std::string> values{{"host", "web1"}, {"tag", "{host}"}};
  EXPECT_EQ(fill_placeholders("http://{host}:80/{tag}", values), "http://web1:80/{host}");
  EXPECT_EQ(fill_placeholders(R"({"ok":true} {digest} {{host}} {host)", values), R"({"ok":true} {digest} {web1} {host)");
  EXPECT_EQ(fill_placeholders("", values), "");
}

TEST(Placeholders, AnUnknownWordIsAMistake) {
  EXPECT_EQ(placeholder_problem("{host}{address}{server}{tag}{digest}{composition}"), "");
  EXPECT_EQ(placeholder_problem(R"({"status": "ok"} {} {Host} {)"), "");
  EXPECT_EQ(placeholder_problem("x{tagg}"), "unknown placeholder \"tagg\", did you mean \"tag\"?");
}

}  // namespace
}  // namespace longshore::deployer
