#include "deployer/environment/window.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

using Days = std::array<bool, 7>;

TEST(Window, DaysAreNamesRangesAndLists) {
  EXPECT_EQ(parse_days("mon-fri"), (Days{true, true, true, true, true, false, false}));
  EXPECT_EQ(parse_days("sat,sun"), (Days{false, false, false, false, false, true, true}));
  EXPECT_EQ(parse_days("fri-mon,wed"), (Days{true, false, true, false, true, true, true}));
  EXPECT_EQ(parse_days("tue"), (Days{false, true, false, false, false, false, false}));
  for (const char* text : {"", "monday", "mon-", "-fri", "mon,", "mon fri", "mon--fri"})
    EXPECT_FALSE(parse_days(text)) << text;
}

TEST(Window, TimesOfDay) {
  EXPECT_EQ(parse_time_of_day("00:00"), 0);
  EXPECT_EQ(parse_time_of_day("09:30"), 570);
  EXPECT_EQ(parse_time_of_day("24:00"), 1440);
  for (const char* text : {"", "9:30", "24:01", "12:60", "12-30", "1::00", "12:3x", "-1:00"})
    EXPECT_FALSE(parse_time_of_day(text)) << text;
}

TEST(Window, OpenFromToAndOverMidnight) {
  const std::vector<Window> office{{"mon-fri", "09:00", "16:30"}};
  EXPECT_TRUE(is_open({}, 6, 0));
  EXPECT_TRUE(is_open(office, 0, 540));
  EXPECT_FALSE(is_open(office, 0, 990));
  EXPECT_FALSE(is_open(office, 5, 600));
  const std::vector<Window> night{{"sun", "22:00", "02:00"}};
  EXPECT_TRUE(is_open(night, 6, 1320));
  EXPECT_TRUE(is_open(night, 0, 119));
  EXPECT_FALSE(is_open(night, 0, 120));
  EXPECT_FALSE(is_open(night, 0, 1320));
  EXPECT_TRUE(is_open({{"mon", "09:00", "10:00"}, {"mon", "12:00", "24:00"}}, 0, 1439));
}

}  // namespace
}  // namespace longshore::deployer
