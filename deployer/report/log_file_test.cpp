#include "deployer/report/log_file.hpp"

#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

TEST(LogFile, HasEveryEventWithItsFullTimeAndEveryCall) {
  std::string out;
  LogFile log([&](std::string_view text) { out += text; });
  for (Event event : sample_events())
    if (event.at >= at(3.5) && event.at <= at(3.6)) log.on(event);
  Event wait = event(4, "web1", "", "drain", Phase::draining, "waits");
  wait.level = Level::detail;
  wait.waits_for = "lb1";
  wait.detail = "a\nb";
  log.on(wait);
  log.on(event(5, "", "", "lock", Phase::waiting, "held"));
  EXPECT_EQ(out,
            "2026-11-23T13:04:03.500Z info web1/web drain draining: answers 404 to the balancers\n"
            "2026-11-23T13:04:03.600Z call web1/web drain draining: POST /containers/health/kill?signal=SIGUSR1\n"
            "2026-11-23T13:04:04.000Z detail web1 drain draining: waits (waits for lb1)\n"
            "  | a\n"
            "  | b\n"
            "2026-11-23T13:04:05.000Z info - lock: held\n");
}

TEST(LogFile, EndsWithTheEnding) {
  std::string out;
  LogFile([&](std::string_view text) { out += text; }).finish(sample_summary());
  EXPECT_TRUE(out.starts_with("2026-11-23T13:04:27.000Z end\n--- web on web2"));
  EXPECT_TRUE(out.ends_with("next: deployer rollback prod\n"));
}

}  // namespace
}  // namespace longshore::deployer
