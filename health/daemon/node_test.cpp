#include "health/daemon/node.hpp"

#include <gmock/gmock.h>

#include <cerrno>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"
#include "health/daemon/status.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::health {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class NodeTest : public testing::Test {
 protected:
  bool kept_out() {
    const auto wish = file_.read();
    return wish && *wish && (*wish)->out;
  }
  io::LoopForTest test_;
  test_support::FaultFileSystem disk_;
  WishFile file_{disk_, "state/health"};
  Node node_{test_.loop, file_, first_wish(file_, Start::as_before, {}).value(), 1};
};

TEST_F(NodeTest, ADrainCountsAtOnceAndIsKeptWhenItReturns) {
  test_.run([&]() -> io::Task<void> {
    EXPECT_EQ(node_.answer_balancer().status, 200);
    auto drained = co_await node_.drain("SIGUSR1");
    EXPECT_TRUE(drained);
    EXPECT_EQ(node_.answer_balancer().status, 404);
    EXPECT_TRUE(kept_out());
    const auto written = disk_.operations();
    drained = co_await node_.drain("control");  // again: nothing is to be done
    EXPECT_TRUE(drained);
    EXPECT_EQ(disk_.operations(), written);
    EXPECT_EQ(node_.wish().by, "SIGUSR1");
    drained = co_await node_.ready("SIGUSR2");
    EXPECT_TRUE(drained);
    EXPECT_FALSE(kept_out());
    EXPECT_EQ(node_.answer().status, 200);
    EXPECT_EQ(node_.changes(), 2U);
  });
}

TEST_F(NodeTest, AFullDiskIsToldAndTheDrainCountsAllTheSame) {
  test_.run([&]() -> io::Task<void> {
    disk_.set_capacity(1);
    auto drained = co_await node_.drain("control");
    EXPECT_FALSE(drained);
    EXPECT_EQ(node_.answer().status, 404);
    EXPECT_FALSE(kept_out());
    disk_.set_capacity(1000);
    drained = co_await node_.drain("control");  // asked again, it is tried again
    EXPECT_TRUE(drained);
    EXPECT_TRUE(kept_out());
  });
}

TEST_F(NodeTest, AnEndIsOutAndIsNotKept) {
  node_.end();
  EXPECT_EQ(node_.answer().status, 404);
  EXPECT_FALSE(kept_out());
}

TEST_F(NodeTest, WhatItTellsOfItself) {
  test_.run([&]() -> io::Task<void> {
    const auto look = [] { return Outcome{Found::failed, "no \"route\""}; };
    std::vector<Check> checks;
    checks.push_back({"web", "web", 1h, {1, 1}, look});
    node_.watch().set(std::move(checks), false);
    for (int i = 0; i < 1000 && node_.answer().state != State::sick; ++i) co_await io::sleep_for(2ms);
    EXPECT_EQ(node_.answer_balancer().status, 503);
    EXPECT_THAT(status_json(node_), HasSubstr(R"("state":"sick","status":503,"why":"web: no \"route\"","wanted":"in")"));
    EXPECT_THAT(status_json(node_), HasSubstr(R"("name":"web","verdict":"sick","why":"no \"route\"","seconds":0.0)"));
    EXPECT_THAT(status_json(node_), HasSubstr(R"("answers":{"200":0,"404":0,"503":1}})"));
    EXPECT_THAT(status_text(node_), HasSubstr("answers 503, sick: web: no \"route\"\nwanted in since "));
    EXPECT_THAT(status_text(node_), HasSubstr("\nsick    web: no \"route\"\n"));
    const std::string metrics = metrics_text(node_);
    for (const char* line :
         {"longshore_health_in_rotation 0\n", "longshore_health_drained 0\n",
          "longshore_health_answers_total{status=\"503\"} 1\n", "longshore_health_answer_changes_total 0\n",
          "longshore_health_check_well{check=\"web\"} 0\n", "longshore_health_check_passes_total{check=\"web\"} 0\n",
          "longshore_health_check_failures_total{check=\"web\"} 1\n",
          "longshore_health_check_duration_seconds{check=\"web\"} "})
      EXPECT_THAT(metrics, HasSubstr(line));
    co_await node_.watch().stop();
  });
}

}  // namespace
}  // namespace longshore::health
