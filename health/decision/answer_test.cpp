#include "health/decision/answer.hpp"

#include <gtest/gtest.h>

namespace longshore::health {
namespace {

const Wish kIn{false, {}, "start"};
const Wish kOut{true, {1'795'788'000'000'000'000}, "SIGUSR1"};
const CheckView kWell{"web", Verdict::well, ""};
const CheckView kSick{"db", Verdict::sick, "connect to db:5432: Connection refused"};
const CheckView kNew{"api", Verdict::unknown, ""};

std::string told(const Wish& wish, bool ending, std::vector<CheckView> checks) {
  const Answer answer = decide(wish, ending, checks);
  return std::to_string(answer.status) + " " + text_body(answer) + agent_line(answer);
}

TEST(Answer, InOnlyWhenEveryCheckPasses) {
  EXPECT_EQ(told(kIn, false, {}), "200 in: there are no checks\nready up\n");
  EXPECT_EQ(told(kIn, false, {kWell, kWell}), "200 in: 2 of 2 checks pass\nready up\n");
  EXPECT_EQ(told(kIn, false, {kWell, kNew}), "503 starting: api has not passed yet\nready down #api has not passed yet\n");
  EXPECT_EQ(
      told(kIn, false, {kNew, kSick, kWell}),
      "503 sick: db: connect to db:5432: Connection refused\nready down #db: connect to db:5432: Connection refused\n");
}

TEST(Answer, OutHasPrecedenceOverSickAndEndingOverBoth) {
  EXPECT_EQ(told(kOut, false, {kWell}), "404 drained: since 2026-11-27T14:00:00Z by SIGUSR1\ndrain up\n");
  EXPECT_EQ(told(kOut, false, {kSick}),
            "404 drained: since 2026-11-27T14:00:00Z by SIGUSR1; db: connect to db:5432: Connection refused\n"
            "drain down #since 2026-11-27T14:00:00Z by SIGUSR1; db: connect to db:5432: Connection refused\n");
  EXPECT_EQ(told(kOut, false, {kNew}).substr(0, 12), "404 drained:");
  EXPECT_EQ(told(kOut, true, {kWell}), "404 ending: health was told to stop\ndrain up\n");
  EXPECT_EQ(told(kIn, true, {kSick}).substr(0, 11), "404 ending:");
}

TEST(Answer, EveryCombinationIsOneOfThreeAndNever200WithoutReason) {
  for (const bool out : {false, true})
    for (const bool ending : {false, true})
      for (const Verdict a : {Verdict::unknown, Verdict::well, Verdict::sick})
        for (const Verdict b : {Verdict::unknown, Verdict::well, Verdict::sick}) {
          const std::vector<CheckView> checks{{"a", a, "x"}, {"b", b, "y"}};
          const Answer answer = decide(out ? kOut : kIn, ending, checks);
          const bool well = a == Verdict::well && b == Verdict::well;
          EXPECT_EQ(answer.well, well);
          EXPECT_EQ(answer.status, out || ending ? 404 : well ? 200 : 503);
          EXPECT_EQ(answer.status == 200, answer.state == State::in);
        }
}

TEST(Answer, TheAgentsLineIsOneLineAndShort) {
  const CheckView odd{"web", Verdict::sick, std::string_view("a\nb\r\x01")};
  const std::string line = agent_line(decide(kIn, false, std::vector{odd}));
  EXPECT_EQ(line, "ready down #web: a b  \n");
  const std::string much(500, 'x');
  EXPECT_LT(agent_line(decide(kIn, false, std::vector{CheckView{"web", Verdict::sick, much}})).size(), 140U);
}

TEST(Answer, TheBodyForPrograms) {
  EXPECT_EQ(json_body(decide(kIn, false, std::vector{CheckView{"web", Verdict::sick, "say \"no\""}})),
            "{\"state\":\"sick\",\"status\":503,\"why\":\"web: say \\\"no\\\"\"}\n");
}

}  // namespace
}  // namespace longshore::health
