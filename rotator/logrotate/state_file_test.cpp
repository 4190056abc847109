#include "rotator/logrotate/state_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longshore::rotator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(StateFileTest, ReadsBothVersions) {
  const StateReading one = read_state("logrotate state -- version 1\n/var/log/a 2020-1-31\n", "s");
  EXPECT_THAT(one.problems, IsEmpty());
  EXPECT_EQ(one.entries.at("/var/log/a").last_rotated.day, 31U);
  const StateReading two = read_state("logrotate state -- version 2\n\"/var/log/a b\" 2020-1-31-23:59:58\n\n", "s");
  EXPECT_THAT(two.problems, IsEmpty());
  EXPECT_EQ(two.entries.at("/var/log/a b").last_rotated.second, 58U);
  EXPECT_THAT(read_state("", "s").problems, IsEmpty());
}

TEST(StateFileTest, ABadLineCostsItselfAlone) {
  const StateReading reading = read_state(
      "logrotate state -- version 2\n\"/a\" 2020-1-1\nnonsense\n\"/b\" 2020-13-1\n\"/c 2020-1-1\n\"/d\" 2020-1-1 x\n\"/e\" "
      "2020-1-1\n",
      "s");
  EXPECT_THAT(reading.problems, ElementsAre("bad line 3 in state file s", "bad line 4 in state file s",
                                            "bad line 5 in state file s", "bad line 6 in state file s"));
  EXPECT_EQ(reading.entries.size(), 2U);
}

TEST(StateFileTest, ABadTopLineDoesNotHideTheRest) {
  const StateReading reading = read_state("hello\n\"/a\" 2020-1-1\n", "s");
  EXPECT_THAT(reading.problems, ElementsAre("bad top line in state file s"));
  EXPECT_EQ(reading.entries.size(), 1U);
}

TEST(StateFileTest, WhatIsWrittenIsReadBack) {
  StateEntries entries;
  base::Civil date;
  date.year = 2026, date.month = 11, date.day = 27, date.hour = 5, date.minute = 49, date.second = 5;
  for (const char* path : {"/a", "/with blank", "/with\nnewline", "/with\"quote\\n", "/bad\xff"})
    entries[path].last_rotated = date;
  const std::string text = write_state(entries);
  EXPECT_TRUE(text.starts_with("logrotate state -- version 2\n\"/a\" 2026-11-27-5:49:5\n")) << text;
  const StateReading reading = read_state(text, "s");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_EQ(write_state(reading.entries), text);
}

}  // namespace
}  // namespace longshore::rotator
