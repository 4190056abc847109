#include "deployer/marker/marker.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

Heading heading() {
  return {.command = "apply",
          .environment = "prod",
          .composition = "rc_1",
          .previous = "rc_0",
          .rollout = "r7f3a",
          .build_url = "https://jenkins.example/42/",
          .by = "deploy <42> & co",
          .started = *base::parse_rfc3339("2026-11-23T13:04:00Z")};
}

Marker over(int exit_code) {
  Summary summary;
  static_cast<Heading&>(summary) = heading();
  summary.ended = summary.started + std::chrono::milliseconds(64'500);
  summary.exit_code = exit_code;
  summary.outcome = exit_code == 0 ? "succeeded" : "the canary failed and was rolled back";
  summary.next_command = exit_code == 0 ? "" : "deployer status prod";
  return end_marker(summary, 3);
}

TEST(Marker, IsOneSentenceForPeople) {
  EXPECT_EQ(sentence(begin_marker(heading(), 3)), "prod: apply rc_1 begins on 3 hosts (deploy <42> & co)");
  EXPECT_EQ(sentence(canary_marker(heading(), 3, {})), "prod: apply rc_1 serves on its first host (deploy <42> & co)");
  EXPECT_EQ(sentence(over(0)), "prod: apply rc_1 succeeded after 1m04s (deploy <42> & co)");
  EXPECT_EQ(
      sentence(over(20)),
      "prod: apply rc_1 failed after 1m04s (exit code 20): the canary failed and was rolled back; next: deployer status "
      "prod (deploy <42> & co)");
}

TEST(Marker, AsALogLine) {
  EXPECT_EQ(
      log_json(over(20)),
      R"x({"timestamp":"2026-11-23T13:05:04.500Z","app":"longshore-deploy","message":"prod: apply rc_1 failed after 1m04s )x"
      R"x((exit code 20): the canary failed and was rolled back; next: deployer status prod (deploy <42> & co)",)x"
      R"x("kind":"deploy","phase":"failure","environment":"prod","composition":"rc_1","previous":"rc_0","rollout":"r7f3a",)x"
      R"x("command":"apply","by":"deploy <42> & co","build_url":"https://jenkins.example/42/","hosts":3,)x"
      R"x("outcome":"the canary failed and was rolled back","exit_code":20,"seconds":64.5})x");
}

TEST(Marker, AsAnAnnotationOfGrafanaThatBecomesARegion) {
  EXPECT_EQ(grafana_json(begin_marker(heading(), 3)),
            R"x({"time":1795439040000,"tags":["deploy","environment:prod"],)x"
            R"x("text":"prod: apply rc_1 begins on 3 hosts (deploy <42> & co)"})x");
  EXPECT_EQ(grafana_end_json(over(0)), R"x({"timeEnd":1795439104500,"tags":["deploy","environment:prod"],)x"
                                       R"x("text":"prod: apply rc_1 succeeded after 1m04s (deploy <42> & co)"})x");
  EXPECT_TRUE(grafana_json(over(20)).starts_with(
      R"x({"time":1795439040000,"timeEnd":1795439104500,"tags":["deploy","environment:prod","failed"],"text":"prod: )x"));
}

TEST(Marker, AsAWebhookInSlacksText) {
  EXPECT_EQ(
      webhook_json(begin_marker(heading(), 3)),
      R"x({"text":"prod: apply rc_1 begins on 3 hosts (deploy &lt;42&gt; &amp; co) https://jenkins.example/42/",)x"
      R"x("timestamp":"2026-11-23T13:04:00.000Z","kind":"deploy","phase":"begin","environment":"prod","composition":"rc_1",)x"
      R"x("previous":"rc_0","rollout":"r7f3a","command":"apply","by":"deploy <42> & co",)x"
      R"x("build_url":"https://jenkins.example/42/","hosts":3})x");
}

TEST(Marker, AsAnAnnotationOfShipper) {
  EXPECT_EQ(shipper_json(begin_marker(heading(), 3), std::chrono::minutes(30)),
            R"x({"kind":"deploy","phase":"begin","environment":"prod","composition":"rc_1","rollout":"r7f3a",)x"
            R"x("by":"deploy <42> & co","build_url":"https://jenkins.example/42/","ttl":"30m"})x");
  EXPECT_EQ(shipper_json(over(20), std::chrono::minutes(30)),
            R"x({"kind":"deploy","phase":"end","environment":"prod","composition":"rc_1","rollout":"r7f3a",)x"
            R"x("by":"deploy <42> & co","build_url":"https://jenkins.example/42/",)x"
            R"x("outcome":"the canary failed and was rolled back"})x");
  Marker wordy = over(20);
  wordy.outcome = std::string(511, 'x') + "ü and so on";
  EXPECT_TRUE(shipper_json(wordy, {}).ends_with("xx\"}")) << "shipper refuses members of more than 512 bytes";
}

}  // namespace
}  // namespace longshore::deployer
