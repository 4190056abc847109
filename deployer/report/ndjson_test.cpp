#include "deployer/report/ndjson.hpp"

#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

TEST(Ndjson, TheBeginningHasThePlan) {
  EXPECT_EQ(
      json_line(sample_heading(), {{"web1", "web", "NOOP"}}),
      R"({"type":"begin","command":"apply","environment":"prod","composition":"rc_20261123_1300","previous":"rc_20261120_0911",)"
      R"("rollout":"r7f3a","by":"deploy #42","build_url":"https://jenkins.example/job/deploy/42/",)"
      R"("started":"2026-11-23T13:04:00.000Z","nodes":[{"host":"web1","component":"web","change":"NOOP"}]})"
      "\n");
}

TEST(Ndjson, AnEventHasWhatItIsAboutAndLeavesTheRestOut) {
  Event full = event(3, "web1", "web", "drain", Phase::draining, "says \"404\"");
  full.detail = "a\n\x1b[31mb\xFF";
  full.waits_for = "lb1";
  full.deadline = at(33);
  full.call = true;
  EXPECT_EQ(
      json_line(full),
      R"({"type":"event","time":"2026-11-23T13:04:03.000Z","level":"info","host":"web1","component":"web","step":"drain",)"
      R"("phase":"draining","text":"says \"404\"","detail":"a\u000a\u001b[31mb)"
      "\uFFFD"
      R"(","waits_for":"lb1","deadline":"2026-11-23T13:04:33.000Z","call":true})"
      "\n");
  EXPECT_EQ(json_line(event(3, "", "", "lock", Phase::waiting, "held")),
            R"({"type":"event","time":"2026-11-23T13:04:03.000Z","level":"info","step":"lock","text":"held"})"
            "\n");
}

TEST(Ndjson, TheSummaryIsComplete) {
  Summary summary = sample_summary();
  summary.nodes = {summary.nodes[1]};
  summary.nodes[0].log_tail = "x";
  summary.serving.resize(1);
  EXPECT_EQ(
      json_line(summary),
      R"({"type":"summary","command":"apply","environment":"prod","composition":"rc_20261123_1300","previous":"rc_20261120_0911",)"
      R"("rollout":"r7f3a","by":"deploy #42","build_url":"https://jenkins.example/job/deploy/42/",)"
      R"("started":"2026-11-23T13:04:00.000Z","ended":"2026-11-23T13:04:27.000Z","seconds":27.000,"exit_code":21,)"
      R"("outcome":"stopped: more hosts failed than the budget of 0 allows","next_command":"deployer rollback prod",)"
      R"("lowest_serving":2,"nodes":[{"host":"web2","component":"web","change":"UPDATE 20261120_0911 → 20261123_1300",)"
      R"("outcome":"rolled_back","seconds":5.900,"failure":"exited with 3 before it was healthy",)"
      R"("container":"exited with 3, not out of memory","log_tail":"x",)"
      R"("undone":"20261120_0911 was started again and is in rotation",)"
      R"("probes":["13:04:22 GET http://web2:8080/health: connection refused",)"
      R"("13:04:23 GET http://web2:8080/health: connection refused"],)"
      R"("gates":[{"name":"restarts","value":"1","limit":"0","passed":false}]}],)"
      R"("serving":[{"host":"web1","component":"web","version":"20261123_1300","in_rotation":true}]})"
      "\n");
}

}  // namespace
}  // namespace longshore::deployer
