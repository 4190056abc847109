#include "rules/delivery/heartbeat.hpp"

#include <gtest/gtest.h>

namespace longshore::rules {
namespace {

TEST(Heartbeat, OpsgenieIsAskedWithTheKeyOfAlerts) {
  AlertSinkOptions options{.url = "https://api.opsgenie.com", .key = base::Secret("key")};
  EXPECT_FALSE(heartbeat_request(options));
  options.heartbeat.name = "web-1";
  const auto request = heartbeat_request(options);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->url, "https://api.opsgenie.com/v2/heartbeats/web-1/ping");
  EXPECT_EQ(request->authorization, "GenieKey key");
}

TEST(Heartbeat, JsmHasAnAddressAndACredentialOfItsOwn) {
  AlertSinkOptions options{.url = "https://api.atlassian.com/jsm/ops/integration", .key = base::Secret("key")};
  options.heartbeat.url = "https://api.atlassian.com/jsm/ops/api/c/v1/teams/t/heartbeats/ping?name=web-1";
  options.heartbeat.authorization = base::Secret("Basic eA==");
  const auto request = heartbeat_request(options);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, options.heartbeat.url);
  EXPECT_EQ(request->authorization, "Basic eA==");
}

}  // namespace
}  // namespace longshore::rules
