#include "shipper/tail/fingerprint.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(Fingerprint, MatchesWhatBeginsTheSame) {
  const Fingerprint print = Fingerprint::of("hello");
  EXPECT_TRUE(print.matches("hello"));
  EXPECT_TRUE(print.matches("hello, and more"));
  EXPECT_FALSE(print.matches("hell"));
  EXPECT_FALSE(print.matches("help!"));
  EXPECT_TRUE(Fingerprint{}.matches("")) << "an empty file may become anything";
}

TEST(FilePosition, ComesBackAsItWasWritten) {
  const FilePosition position{1234567890123, true, Fingerprint::of("x"), "/var/log/a b\n.log"};
  FilePosition read;
  ASSERT_TRUE(FilePosition::decode(position.encode(), read));
  EXPECT_EQ(read, position);
}

TEST(FilePosition, WhatIsNoneIsRefused) {
  FilePosition read;
  for (const char* text :
       {"", "1", "1 2 3 4 5", "2 0 0 0 0 /x", "1 0 2 0 0 /x", "1 0 0 99999999999 0 /x", "1 -1 0 0 0 /x", "x y z"})
    EXPECT_FALSE(FilePosition::decode(text, read)) << text;
}

}  // namespace
}  // namespace longshore::shipper
