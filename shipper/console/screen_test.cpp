#include "shipper/console/screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace longshore::shipper {
namespace {

using testing::HasSubstr;
using testing::Not;

Status sample() {
  Status status;
  status.version = "0.1.0";
  status.state = "running";
  status.uptime_seconds = 61;
  status.sources.push_back({"syslog tcp://127.0.0.1:5514", 1000, 256'000, {}, {}});
  status.spool.bytes = 2ULL << 30;
  status.spool.max_bytes = 4ULL << 30;
  status.sinks.push_back({"archive", "archive", "ok", 900, 0, 0, 0, 100, 2.5, 1, ""});
  return status;
}

TEST(Screen, ShowsRatesBetweenTwoStates) {
  const Status before = sample();
  Status now = sample();
  now.sources[0].received = 3000;
  now.sinks[0].delivered = 1900;
  const std::string screen = render_screen(before, now, 2.0, 100, false);
  EXPECT_THAT(screen, testing::ContainsRegex("syslog tcp://127.0.0.1:5514 +1000 "));
  EXPECT_THAT(screen, testing::ContainsRegex("archive +500 +100 "));
  EXPECT_THAT(screen, HasSubstr("[##########..........]"));
}

TEST(Screen, StaysInsideItsWidth) {
  Status now = sample();
  now.sources[0].name = std::string(300, 'x');
  now.sources[0].dropped["a_very_long_reason_indeed_that_goes_on"] = 12;
  now.sinks[0].state = "held";
  now.sinks[0].last_error = std::string(500, 'e');
  now.rules.problems = std::string(500, 'p');
  now.alerts.push_back({.rule = "a", .alias = "a", .priority = "P1", .open = true, .message = std::string(500, 'a')});
  now.alert_sinks.push_back({.name = "opsgenie", .state = "retrying", .last_error = std::string(500, 'e')});
  std::istringstream lines(render_screen(sample(), now, 1.0, 80, false));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Screen, ShowsOpenAlertsWithTheirCountsThenClosedOnes) {
  Status now = sample();
  now.rules.loaded = 3;
  now.alerts.push_back({.rule = "oom",
                        .alias = "oom|web-1",
                        .priority = "P2",
                        .open = true,
                        .at = "2026-11-23T03:42:12Z",
                        .count = 7,
                        .message = "Out of memory on web-1"});
  now.alerts.push_back({.rule = "disk",
                        .alias = "disk|web-1",
                        .priority = "P3",
                        .open = false,
                        .at = "2026-11-23T03:40:00Z",
                        .count = 1,
                        .message = "disk full"});
  const std::string screen = render_screen(sample(), now, 1.0, 100, false);
  EXPECT_THAT(screen, HasSubstr("ALERTS  3 rules"));
  EXPECT_THAT(screen, HasSubstr("03:42:12 open   P2 x7      Out of memory on web-1\n03:40:00 closed P3 x1      disk full"));
}

TEST(Screen, ShowsADeployThatIsUnderWay) {
  Status now = sample();
  now.annotations.push_back({.kind = "deploy",
                             .environment = "prod",
                             .composition = "rc_1",
                             .since = "2026-11-23T03:42:12Z",
                             .until = "2026-11-23T03:52:12Z"});
  EXPECT_THAT(render_screen(sample(), now, 1.0, 100, false),
              HasSubstr("deploy of rc_1 in prod since 2026-11-23T03:42:12Z, until 2026-11-23T03:52:12Z at the latest\n"));
}

TEST(Screen, APlainLineSaysWhatIsWrongAndNothingWhereAllIsWell) {
  Status now = sample();
  EXPECT_THAT(render_line(sample(), now, 1.0), Not(HasSubstr("dropped")));
  now.sources[0].dropped["kernel_udp"] = 7;
  now.sinks[0].state = "retrying";
  now.sinks[0].last_error = "connection refused";
  now.spool.stalled = "disk full";
  const std::string line = render_line(sample(), now, 1.0);
  EXPECT_THAT(line, HasSubstr("dropped=7"));
  EXPECT_THAT(line, HasSubstr("(retrying: connection refused)"));
  EXPECT_THAT(line, HasSubstr("STALLED: disk full"));
}

TEST(Screen, TheSummaryCountsEverySourceAndSink) {
  const std::string summary = render_summary(sample());
  EXPECT_THAT(summary, HasSubstr("received 1000 lines, 250 KiB"));
  EXPECT_THAT(summary, HasSubstr("-> archive: 900 delivered, 100 waiting"));
}

}  // namespace
}  // namespace longshore::shipper
