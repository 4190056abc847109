#include "common/docker/event_api.hpp"

#include <gtest/gtest.h>

namespace longshore::docker {
namespace {

TEST(EventApi, WhatHappenedToAContainer) {
  EXPECT_EQ(pause_events("ab", {1'700'000'000'000'000'005}, {1'800'000'000'500'000'000}).target,
            "/events?since=1700000000.000000005&until=1800000000.500000000&filters=%7B%22type%22%3A%5B%22container%22%5D%2C"
            "%22event%22%3A%5B%22pause%22%2C%22unpause%22%5D%2C%22container%22%3A%5B%22ab%22%5D%7D");
  const auto events = read_pause_events("{\"Action\":\"pause\",\"timeNano\":7}\n{\"Action\":\"unpause\",\"timeNano\":9}\n");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_TRUE((*events)[0].paused);
  EXPECT_EQ((*events)[0].at.ns, 7);
  EXPECT_FALSE((*events)[1].paused);
  EXPECT_TRUE(read_pause_events("\n")->empty());
  for (const char* body : {"[]", "{}", "{\"Action\":1,\"timeNano\":2}", "{\"Action\":\"pause\"", "x"})
    EXPECT_EQ(read_pause_events(body).error().code, base::Code::corrupt) << body;
}

}  // namespace
}  // namespace longshore::docker
