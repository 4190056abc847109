#include "deployer/report/lines.hpp"

#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

class LinesTest : public testing::Test {
 protected:
  std::string take() { return std::exchange(out, {}); }
  std::string out;
  Lines lines{[this](std::string_view text) { out += text; }};
};

TEST_F(LinesTest, ARunReadsFromTopToBottom) {
  lines.begin(sample_heading(), sample_plan());
  EXPECT_EQ(take(),
            "apply prod: rc_20261123_1300 (before: rc_20261120_0911)\n"
            "rollout r7f3a by deploy #42, https://jenkins.example/job/deploy/42/, times are UTC\n"
            "  web1 web     UPDATE 20261120_0911 → 20261123_1300\n"
            "  web2 web     UPDATE 20261120_0911 → 20261123_1300\n"
            "  web3 web     UPDATE 20261120_0911 → 20261123_1300\n"
            "  1 of 4 need nothing\n");
  for (const Event& event : sample_events()) lines.on(event);
  EXPECT_EQ(take(),
            "13:04:00 preflight              3 hosts and 2 balancers answer; the floor of 2 holds\n"
            "13:04:00 web1         pulling   pulls 1 image\n"
            "13:04:03 web1         waiting   has every image\n"
            "13:04:00 web2         pulling   pulls 1 image\n"
            "13:04:03 web2         waiting   has every image\n"
            "13:04:00 web3         pulling   pulls 1 image\n"
            "13:04:03 web3         waiting   has every image\n"
            "13:04:03 web1 web     draining  answers 404 to the balancers\n"
            "13:04:05 web1 web     stopping  is out of both balancers, no sessions; stops\n"
            "13:04:06 web1 web     starting  starts\n"
            "13:04:07 web1 web     probing   runs; is probed\n"
            "13:04:09 web1 web     entering  healthy; asks for traffic\n"
            "13:04:10 web1 web     watching  is in rotation; watched for 10s\n"
            "13:04:20 web1 web     done      serves 20261123_1300\n"
            "13:04:20 web2 web     draining  answers 404 to the balancers\n"
            "13:04:22 web2 web     starting  starts\n"
            "13:04:23 web2 web     failed    ERROR exited with 3 before it was healthy\n"
            "         | panic: no <config>\n"
            "         | at main.go:7\n"
            "13:04:23 web2 web     undoing   the old container starts\n"
            "13:04:26 web2 web     undone    serves 20261120_0911 again\n");
}

TEST_F(LinesTest, AWaitIsToldAgainEveryTenSecondsUntilItEnds) {
  Event wait = event(3, "web1", "web", "drain", Phase::draining, "answers 404 to the balancers");
  wait.waits_for = "lb1 to say that web1 is out";
  wait.deadline = at(33);
  lines.on(wait);
  take();
  lines.tick(at(12.9));
  EXPECT_EQ(take(), "");
  lines.tick(at(13));
  EXPECT_EQ(take(), "13:04:13 web1 web draining  waits for lb1 to say that web1 is out: 10s so far, gives up in 20s\n");
  lines.tick(at(22.9));
  EXPECT_EQ(take(), "");
  lines.tick(at(23));
  EXPECT_EQ(take(), "13:04:23 web1 web draining  waits for lb1 to say that web1 is out: 20s so far, gives up in 10s\n");
  lines.on(event(24, "web1", "web", "stop", Phase::stopping, "stops"));
  take();
  lines.tick(at(60));
  EXPECT_EQ(take(), "");
}

TEST_F(LinesTest, TheWaitOfANodeEndsWithAnEventOfAllOfItsHost) {
  Event wait = event(3, "web1", "web", "soak", Phase::watching, "in rotation");
  wait.waits_for = "the soak";
  lines.on(wait);
  wait.component = "api";
  lines.on(wait);
  lines.on(event(4, "web2", "", "commit", Phase::done, "done"));
  take();
  lines.tick(at(13));
  EXPECT_EQ(take(),
            "13:04:13 web1 web watching  waits for the soak: 10s so far\n13:04:13 web1 api watching  waits for the soak: "
            "10s so far\n");
  lines.on(event(14, "web1", "", "commit", Phase::done, "done"));
  take();
  lines.tick(at(60));
  EXPECT_EQ(take(), "");
}

TEST_F(LinesTest, DetailsAndCallsAreLeftToTheLog) {
  Event detail = event(3, "web1", "web", "drain", Phase::draining, "2 sessions");
  detail.level = Level::detail;
  lines.on(detail);
  Event call = event(3, "web1", "web", "stop", Phase::stopping, "POST /containers/web/stop");
  call.call = true;
  lines.on(call);
  EXPECT_EQ(take(), "");
}

TEST_F(LinesTest, ALineFeedInATextMakesNoLineThatLooksLikeOneOfOurs) {
  lines.on(event(3, "web1", "web", "x", Phase::failed, "one\n13:04:09 web9 web done forged\x1b[A"));
  EXPECT_EQ(take(), "13:04:03 web1 web failed    one\n         | 13:04:09 web9 web done forged\n");
}

}  // namespace
}  // namespace longshore::deployer
