#include "shipper/console/status.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(Status, WhatIsServedIsReadBackTheSame) {
  Status status;
  status.version = "1.2.3";
  status.state = "running";
  status.uptime_seconds = 12.5;
  status.rss_bytes = 4096;
  status.pending_events = 3;
  status.spooled_events = 18'446'744'073'709'551'615ULL;
  status.sources.push_back({"syslog \"udp\"\n", 7, 700, {{"kernel_udp", 2}}, {{"connections", -1}}});
  status.spool = {1, 2, 3, 4, 5, 6, 7, 8, "no space left"};
  status.sinks.push_back({"loggly", "loggly", "held", 1, 2, 3, 4, 5, 6.25, 7, "403 from \\ host"});
  status.rules = {4, "r.yaml:1:1: wrong", 100, 2, 3, 4, 5, 6, 4096};
  status.alerts.push_back({"disk", "disk|host-1", "P1", true, "2026-11-23T03:42:12Z", 7, "disk full on \"host-1\"", ""});
  status.alert_sinks.push_back({"opsgenie", "retrying", 3, 2, 1, "503"});
  status.annotations.push_back(
      {"deploy", "prod", "c_1", "r1", "deploy #42", "2026-11-23T03:42:12Z", "2026-11-23T03:52:12Z"});
  const base::Result<Status> back = parse_status(to_json(status));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(to_json(*back), to_json(status));
  EXPECT_EQ(back->sources[0].name, "syslog \"udp\"\n");
  EXPECT_EQ(back->sources[0].gauges.at("connections"), -1);
  EXPECT_EQ(back->sinks[0].last_error, "403 from \\ host");
  EXPECT_EQ(back->alerts[0].message, "disk full on \"host-1\"");
  EXPECT_TRUE(back->alerts[0].open);
  EXPECT_EQ(back->rules.matched, 3U);
  EXPECT_EQ(back->alert_sinks[0].waiting, 3U);
  EXPECT_EQ(back->annotations[0].rollout, "r1");
  EXPECT_EQ(back->spooled_events, 18'446'744'073'709'551'615ULL);
}

TEST(Status, MembersOfAnotherVersionAreIgnoredAndMissingOnesKeepTheirDefaults) {
  const base::Result<Status> status = parse_status(R"({"version":"9","new":[1,{}],"sinks":[{"name":"x"}]})");
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->version, "9");
  ASSERT_EQ(status->sinks.size(), 1U);
  EXPECT_EQ(status->sinks[0].delivered, 0U);
}

TEST(Status, RulesAtWorkAreALineEach) {
  EXPECT_EQ(to_json(std::vector<RuleStateLine>{}), "{\"rules\":[]}\n");
  EXPECT_EQ(to_json({{"oom", 3, 2, 1, 0, "", "2026-11-23T03:42:12Z"}, {"quiet", 0, 0, 0, 0, "\"mute\" a.yaml", ""}}),
            "{\"rules\":[{\"rule\":\"oom\",\"matches\":3,\"groups\":2,\"open\":1,\"held\":0,\"muted\":\"\","
            "\"last_match\":\"2026-11-23T03:42:12Z\"},\n"
            "{\"rule\":\"quiet\",\"matches\":0,\"groups\":0,\"open\":0,\"held\":0,\"muted\":\"\\\"mute\\\" a.yaml\","
            "\"last_match\":\"\"}]}\n");
}

TEST(Status, WhatIsNotJsonIsAnError) { EXPECT_EQ(parse_status("<html>").error().code, base::Code::invalid); }

}  // namespace
}  // namespace longshore::shipper
