#include "deployer/report/junit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"
#include "deployer/report/unfinished.hpp"

namespace longshore::deployer {
namespace {

using testing::HasSubstr;

TEST(Junit, OneCaseForEachComponentOnEachHostAndOneForTheRun) {
  Record record = sample_record();
  record.events.clear();
  EXPECT_EQ(render_junit(record), R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="deployer prod" tests="5" failures="2" errors="0" skipped="1" time="27.000" timestamp="2026-11-23T13:04:00">
  <properties>
    <property name="composition" value="rc_20261123_1300"/>
    <property name="previous" value="rc_20261120_0911"/>
    <property name="rollout" value="r7f3a"/>
    <property name="command" value="apply"/>
    <property name="by" value="deploy #42"/>
    <property name="build_url" value="https://jenkins.example/job/deploy/42/"/>
    <property name="exit_code" value="21"/>
    <property name="outcome" value="stopped: more hosts failed than the budget of 0 allows"/>
    <property name="next_command" value="deployer rollback prod"/>
    <property name="lowest_serving" value="2"/>
  </properties>
  <testcase classname="prod" name="web@web1" time="16.500">
  </testcase>
  <testcase classname="prod" name="web@web2" time="5.900">
    <failure type="rolled_back" message="rolled back: exited with 3 before it was healthy">--- web on web2: exited with 3 before it was healthy
planned:   UPDATE 20261120_0911 → 20261123_1300
container: exited with 3, not out of memory
gate:      restarts: 1, allowed is 0
probes:
  13:04:22 GET http://web2:8080/health: connection refused
  13:04:23 GET http://web2:8080/health: connection refused
its last lines:
  | starting
  | panic: no &lt;config&gt; &amp; no &quot;hope&quot;
  | at main.go:7
undone:    20261120_0911 was started again and is in rotation
</failure>
  </testcase>
  <testcase classname="prod" name="web@web3" time="0.000">
    <skipped message="the rollout did not come to it"/>
  </testcase>
  <testcase classname="prod" name="haproxy@web1" time="0.000">
  </testcase>
  <testcase classname="prod" name="apply" time="27.000">
    <failure type="exit_21" message="stopped: more hosts failed than the budget of 0 allows">exit code 21
next: deployer rollback prod
</failure>
  </testcase>
</testsuite>
)xml");
}

TEST(Junit, ARunThatFailedBesideAnyNodeIsRed) {
  Record record;
  static_cast<Heading&>(record.summary) = sample_heading();
  record.summary.exit_code = 10;
  record.summary.outcome = "nothing was touched: lb2 cannot be read";
  Event error = event(1, "", "", "preflight", Phase::waiting, "lb2: connection refused");
  error.level = Level::error;
  record.events.push_back(error);
  const std::string xml = render_junit(record);
  EXPECT_THAT(xml, HasSubstr(R"(tests="1" failures="1")"));
  EXPECT_THAT(xml, HasSubstr("lb2: connection refused"));
}

TEST(Junit, APlanWithChangesIsNoFailure) {
  Record record;
  record.summary.exit_code = 2;
  EXPECT_THAT(render_junit(record), HasSubstr(R"(failures="0")"));
}

TEST(Junit, OfARunThatDidNotEndIsRedForAllThatWasToChange) {
  Record record{sample_plan(), {}, unfinished_summary(sample_heading(), sample_plan())};
  EXPECT_THAT(render_junit(record), HasSubstr(R"(tests="5" failures="4" errors="0" skipped="0")"));
}

TEST(Junit, ACaseShowsTheWayOfItsNode) {
  const std::string xml = render_junit(sample_record());
  EXPECT_THAT(xml, HasSubstr("<system-out>13:04:00 pulling: pulls 1 image\n"));
  EXPECT_THAT(xml, HasSubstr("13:04:20 done: serves 20261123_1300\n</system-out>"));
  EXPECT_THAT(xml, testing::Not(HasSubstr("SIGUSR1"))) << "calls are for the log";
}

}  // namespace
}  // namespace longshore::deployer
