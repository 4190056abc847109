#include "deployer/report/ending.hpp"

#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

TEST(Ending, OfAFailureSaysWhyWhatWasUndoneWhoServesWhatAndWhatToRunNext) {
  EXPECT_EQ(render_ending(sample_summary()),
            "--- web on web2: exited with 3 before it was healthy\n"
            "planned:   UPDATE 20261120_0911 → 20261123_1300\n"
            "container: exited with 3, not out of memory\n"
            "gate:      restarts: 1, allowed is 0\n"
            "probes:\n"
            "  13:04:22 GET http://web2:8080/health: connection refused\n"
            "  13:04:23 GET http://web2:8080/health: connection refused\n"
            "its last lines:\n"
            "  | starting\n"
            "  | panic: no <config> & no \"hope\"\n"
            "  | at main.go:7\n"
            "undone:    20261120_0911 was started again and is in rotation\n"
            "\n"
            "apply prod: stopped: more hosts failed than the budget of 0 allows after 27s (exit code 21)\n"
            "  1 updated, 1 unchanged, 1 rolled back, 1 not started; never fewer than 2 in rotation\n"
            "serving now:\n"
            "  web 20261120_0911: web2, web3 (out of rotation)\n"
            "  web 20261123_1300: web1\n"
            "next: deployer rollback prod\n");
}

TEST(Ending, OfASuccessIsShort) {
  Summary summary;
  static_cast<Heading&>(summary) = sample_heading();
  summary.ended = at(64);
  summary.outcome = "nothing to do";
  EXPECT_EQ(render_ending(summary), "apply prod: nothing to do after 1m04s (exit code 0)\n");
}

TEST(Ending, SeveralReasonsAreALineEach) {
  Summary summary;
  static_cast<Heading&>(summary) = sample_heading();
  summary.ended = at(1);
  summary.exit_code = 10;
  summary.outcome = "web1: no room on its disk\nlb2: cannot be read";
  EXPECT_EQ(render_ending(summary),
            "apply prod ended after 1.0s (exit code 10):\n  web1: no room on its disk\n  lb2: cannot be read\n");
}

TEST(Ending, OfARefusalHasNoDuration) {
  Summary summary;
  static_cast<Heading&>(summary) = sample_heading();
  summary.ended = summary.started;
  summary.exit_code = 11;
  summary.outcome = "prod is locked by somebody";
  EXPECT_EQ(render_ending(summary), "apply prod: prod is locked by somebody (exit code 11)\n");
}

TEST(Ending, ShowsFiftyLinesOfALogAtMost) {
  NodeResult node{.host = "web1", .component = "web", .change = {}, .failure = "x"};
  for (int i = 0; i < 1000; ++i) node.log_tail += "line " + std::to_string(i) + "\n";
  const std::string text = render_failure(node);
  EXPECT_EQ(text.find("| line 949\n"), std::string::npos);
  EXPECT_NE(text.find("| line 950\n"), std::string::npos);
  EXPECT_NE(text.find("| line 999\n"), std::string::npos);
}

}  // namespace
}  // namespace longshore::deployer
