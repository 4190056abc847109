#include "shipper/sinks/tags.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(Tags, AreMadeOfTheCharactersThatLogglyTakes) {
  EXPECT_EQ(loggly_tag("web-1.prod_x"), "web-1.prod_x");
  EXPECT_EQ(loggly_tag("a b,c/\xC3\xA9"), "a_b_c___");
  EXPECT_EQ(loggly_tag("_.-x"), "x");
  EXPECT_EQ(loggly_tag("___"), "");
  EXPECT_EQ(loggly_tag(std::string(100, 'x')).size(), 64U);
}

TEST(Tags, OfSinkAndSourceAreJoinedEachOnce) {
  EXPECT_EQ(loggly_tag_list({"a", "b c"}, {.name = "s", .tags = {"b_c", "d", ""}}), "a,b_c,d");
  EXPECT_EQ(loggly_tag_list({}, {.name = "s", .tags = {}}), "");
}

}  // namespace
}  // namespace longshore::shipper
