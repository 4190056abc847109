// Rules and lines that mean harm, or were not thought through: time grows with what comes in and not faster (ctest ends what
// hangs), memory stays within its bounds, and what is given up for it is counted.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rules/engine/engine.hpp"
#include "rules/file/rules_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kBegin{1'795'405'332'000'000'000};

class Bench {
 public:
  explicit Bench(const std::string& yaml, std::size_t memory = 8 << 20)
      : engine(program(yaml), {.host = "web-1", .memory = memory}, [this](AlertChange change) {
          longest = std::max({longest, change.message.size(), change.alias.size()});
          for (const std::string& sample : change.samples) longest = std::max(longest, sample.size());
          ++told;
        }) {}
  void line(std::string_view message, base::Duration at = 0s, std::string_view app = "app") {
    const EventView event{.time = kBegin + at,
                          .priority = 27,
                          .message = message,
                          .raw = message,
                          .host = "web-1",
                          .app = app,
                          .procid = "7",
                          .msgid = {},
                          .structured_data = {},
                          .fields = {},
                          .source = "test",
                          .tags = {}};
    engine.evaluate({&event, 1}, kBegin + at);
  }
  static std::shared_ptr<const Program> program(const std::string& yaml) {
    RulesForTest files;
    RuleSet set = files.with("r.yaml", yaml).load();
    EXPECT_EQ(set.problems, "");
    return compile_rules(std::move(set));
  }
  std::size_t longest = 0;
  std::uint64_t told = 0;
  Engine engine;
};

TEST(Hostile, PatternsThatExplodeElsewhereAreLinearHere) {
  Bench bench(
      "rules:\n- {rule: a, match: 'message:/^(a+)+$/'}\n- {rule: b, match: 'message:/(a|aa)+b/'}\n"
      "- {rule: c, match: 'message:/(.*)(.*)(.*)(.*)x$/'}\n- {rule: d, match: '*a*a*a*a*a*a*b'}\n"
      "- {rule: e, match: 'syslog.procid:*7*7*7*8', extract: 'message:/(?P<x>(a*)*)/', group_by: [cap.x]}\n");
  const std::string line(1 << 20, 'a');
  for (int i = 0; i < 3; ++i) bench.line(line);
  EXPECT_EQ(bench.engine.status()[0].counters.matches, 3U);
  EXPECT_EQ(bench.engine.counters().events, 3U);
}

TEST(Hostile, AMegabyteOfAnythingIsSearchedAndOnlyItsBeginningIsKept) {
  Bench bench(
      "rule: a\nmatch: needle\nextract: 'message:/(?P<all>.+)/'\ngroup_by: [cap.all]\n"
      "alert: {message: '{message}', description: '{cap.all}', samples: 10}\n");
  for (const char filling : {'a', ' ', '\\', '{', '[', '"', '\xff'}) {
    std::string line(1 << 20, filling);
    bench.line(line + " needle " + line);
    bench.line("{\"a\":\"" + line + " needle\"}");
  }
  EXPECT_GT(bench.engine.counters().matched, 7U);
  EXPECT_LT(bench.longest, 2048U);
  EXPECT_LT(bench.engine.bytes(), 1U << 20);
}

TEST(Hostile, DeepAndWideJsonIsReadWithinBounds) {
  Bench bench(
      "rules:\n- {rule: deep, match: 'json.a.a.a:*'}\n- {rule: wide, match: 'json.k:[1 TO 2]', when: {distinct: "
      "{field: json.k, count: '>= 3'}, within: 1m}}\n");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  bench.line(deep);
  std::string wide = "{\"k\":[1";
  for (int i = 0; i < 200'000; ++i) wide += ",1";
  bench.line(wide + "]}");
  EXPECT_EQ(bench.engine.status()[1].counters.matches, 16U);  // values of one event, at most
}

TEST(Hostile, TenThousandNewGroupsASecondStayWithinTheMemory) {
  Bench bench(
      "rules:\n- {rule: every, match: login, extract: 'message:/user (?P<u>\\w+)/', group_by: [cap.u], limits: {max_open: "
      "50}}\n- {rule: counted, match: login, extract: 'message:/user (?P<u>\\w+)/', group_by: [cap.u], when: {count: '>= "
      "1000', within: 1h}, limits: {max_groups: 100000}}\n",
      4 << 20);
  for (int i = 0; i < 25'000; ++i) bench.line(fmt::format("login of user u{}", i), i * 100us);
  EXPECT_LE(bench.engine.bytes(), 8U << 20);  // what is open is not given up for the bound
  const auto status = bench.engine.status();
  EXPECT_EQ(status[0].groups, 10'000U);
  EXPECT_EQ(status[0].counters.turned_away, 15'000U);
  EXPECT_GT(status[1].counters.evicted, 5'000U);
  EXPECT_LE(bench.told, 60U);  // 50 alerts, and a roll-up
}

TEST(Hostile, ARuleThatMatchesEverythingOpensOnce) {
  Bench bench("rule: all\nmatch: '*'\n");
  for (int i = 0; i < 30'000; ++i) bench.line("anything", i * 10us);
  EXPECT_EQ(bench.told, 1U);
  EXPECT_EQ(bench.engine.status()[0].counters.matches, 30'000U);
  EXPECT_LT(bench.engine.bytes(), 64U << 10);
}

TEST(Hostile, ASenderWhoseNamesAreAlwaysNewIsJustSlower) {
  std::string rules = "rules:\n";
  for (int i = 0; i < 300; ++i) rules += fmt::format("- {{rule: r{}, match: 'syslog.appname:app{} AND failed'}}\n", i, i);
  Bench bench(rules);
  for (int i = 0; i < 2'000; ++i) bench.line("it failed", 0s, fmt::format("name{}", i));
  bench.line("it failed", 0s, "app7");
  EXPECT_EQ(bench.told, 1U);
}

}  // namespace
}  // namespace longshore::rules
