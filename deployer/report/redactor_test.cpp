#include "deployer/report/redactor.hpp"

#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

TEST(Redactor, TakesOutASecretInEveryFormThatItIsPrintedIn) {
  const Redactor redactor({"p@ss \"word\"", "abc"});
  EXPECT_EQ(redactor.clean("login p@ss \"word\" twice p@ss \"word\""), "login [secret] twice [secret]");
  EXPECT_EQ(redactor.clean("?password=p%40ss%20%22word%22&x=1"), "?password=[secret]&x=1");
  EXPECT_EQ(redactor.clean(R"({"password":"p@ss \"word\""})"), R"({"password":"[secret]"})");
  EXPECT_EQ(redactor.clean("abc stays: it is too short to be told from text"),
            "abc stays: it is too short to be told from text");
}

TEST(Redactor, FindsItInsideBase64WhereverItStandsThere) {
  const Redactor redactor({"correct horse"});
  // "user:correct horse", "u:correct horse", "correct horse" and "us:correct horse!" as Basic authentication has them
  for (const char* header :
       {"dXNlcjpjb3JyZWN0IGhvcnNl", "dTpjb3JyZWN0IGhvcnNl", "Y29ycmVjdCBob3JzZQ==", "dXM6Y29ycmVjdCBob3JzZSE="})
    EXPECT_NE(redactor.clean(header).find("[secret]"), std::string::npos) << header;
}

TEST(Redactor, TheLongerOfTwoSecretsIsTakenOutWhole) {
  EXPECT_EQ(Redactor({"hunter", "hunter2000"}).clean("hunter2000 hunter"), "[secret] [secret]");
}

TEST(Redactor, LinesOfAKeyAreSecretsToo) {
  const Redactor redactor({"-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nshort\n-----END KEY-----"});
  EXPECT_EQ(redactor.clean("read MIIEvQIBADANBgkqhkiG9w0 from short"), "read [secret] from short");
}

TEST(Redactor, CleansEveryTextOfASummaryAndAnEvent) {
  const std::string secret = "hunter2000";
  Summary summary = sample_summary();
  NodeResult& node = summary.nodes[1];
  for (std::string* text : {&summary.outcome, &summary.next_command, &summary.build_url, &summary.by, &summary.command,
                            &node.change, &node.failure, &node.container, &node.log_tail, &node.undone, &node.probes[0],
                            &node.gates[0].value, &node.gates[0].limit, &summary.serving[0].version})
    *text += secret;
  const Redactor redactor({secret});
  const Summary clean = redactor.clean(summary);
  const NodeResult& seen = clean.nodes[1];
  for (const std::string* text : {&clean.outcome, &clean.next_command, &clean.build_url, &clean.by, &clean.command,
                                  &seen.change, &seen.failure, &seen.container, &seen.log_tail, &seen.undone,
                                  &seen.probes[0], &seen.gates[0].value, &seen.gates[0].limit, &clean.serving[0].version})
    EXPECT_TRUE(text->ends_with("[secret]")) << *text;
  Event event;
  event.text = event.detail = event.waits_for = secret;
  const Event seen_event = redactor.clean(event);
  EXPECT_EQ(seen_event.text + seen_event.detail + seen_event.waits_for, "[secret][secret][secret]");
}

}  // namespace
}  // namespace longshore::deployer
