#include "health/decision/wish.hpp"

#include <gtest/gtest.h>

namespace longshore::health {
namespace {

TEST(Wish, WhatIsWrittenIsReadBack) {
  for (const bool out : {false, true}) {
    const Wish wish{out, {1'795'788'000'000'000'000}, "SIGUSR1"};
    EXPECT_EQ(write_wish(wish), (out ? "out 2026-11-27T14:00:00Z SIGUSR1\n" : "in 2026-11-27T14:00:00Z SIGUSR1\n"));
    const auto again = read_wish(write_wish(wish));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->out, out);
    EXPECT_EQ(again->since, wish.since);
    EXPECT_EQ(again->by, "SIGUSR1");
  }
}

TEST(Wish, AnythingElseIsCorrupt) {
  for (const char* text : {"", "\n", "out", "out \n", "out 2026-11-27T14:00:00Z\n", "out 2026-11-27T14:00:00Z x",
                           "off 2026-11-27T14:00:00Z x\n", "out yesterday x\n", "out 2026-11-27T14:00:00Z a b\n",
                           "out 2026-11-27T14:00:00Z x\nin 2026-11-27T14:00:00Z y\n"})
    EXPECT_FALSE(read_wish(text)) << text;
}

}  // namespace
}  // namespace longshore::health
