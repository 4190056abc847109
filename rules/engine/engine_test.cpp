#include "rules/engine/engine.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rules/file/rules_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using base::Timestamp;
using Told = std::vector<std::string>;

constexpr Timestamp kBegin{1'795'405'332'000'000'000};

std::shared_ptr<const Program> compiled(RulesForTest& files) {
  RuleSet set = files.load();
  EXPECT_EQ(set.problems, "");
  return compile_rules(std::move(set));
}
std::shared_ptr<const Program> compiled(const std::string& yaml) {
  RulesForTest files;
  return compiled(files.with("r.yaml", yaml));
}

// An engine whose clock is that of its lines. What it tells: "60 open a|host=web-1|alice 3: message (note)".
class Bench {
 public:
  explicit Bench(const std::string& yaml, EngineOptions options = {.host = "web-1"}) : Bench(compiled(yaml), options) {}
  explicit Bench(std::shared_ptr<const Program> program, EngineOptions options = {.host = "web-1"})
      : engine(std::move(program), options, [this](AlertChange change) { changes.push_back(std::move(change)); }) {
    engine.tick(kBegin);
  }
  void line(const std::string& message, base::Duration at, base::Duration said = 0s, const std::string& app = "app") {
    wait_until(at);
    const EventView event{.time = kBegin + at + said,
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
  void wait_until(base::Duration at) {
    while (engine.next_due() <= kBegin + at) engine.tick(engine.next_due());
    engine.tick(kBegin + at);
  }
  Told told() {
    static constexpr const char* kKinds[] = {"open", "repeat", "note", "close"};
    Told texts;
    for (const AlertChange& change : std::exchange(changes, {})) {
      texts.push_back(fmt::format("{} {} {} {}: {}", (change.at - kBegin) / 1s, kKinds[static_cast<int>(change.kind)],
                                  change.alias, change.count, change.message));
      if (!change.note.empty()) texts.back() += " (" + change.note + ")";
    }
    return texts;
  }
  std::vector<AlertChange> changes;
  Engine engine;
};

TEST(Engine, OpensCountsRepeatsAndCloses) {
  Bench bench(
      "rule: oom\nmatch: 'Out of memory'\nopen: {keep: 10m}\nlimits: {notify_every: 1m}\n"
      "alert: {message: '{count} on {host.name}: {message}', samples: 2}\n");
  bench.line("Out of memory: Killed process 42 (java)", 0s);
  bench.line("all is well", 1s);
  bench.line("out of MEMORY: again", 30s);
  bench.line("Out of memory: third", 2min);
  EXPECT_EQ(bench.changes.back().samples, (Told{"app[7]: out of MEMORY: again", "app[7]: Out of memory: third"}));
  EXPECT_EQ(bench.changes.back().episode, bench.changes.front().episode);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"0 open oom|web-1 1: 1 on web-1: Out of memory: Killed process 42 (java)",
                                "120 repeat oom|web-1 3: 3 on web-1: Out of memory: third",
                                "720 close oom|web-1 3: 3 on web-1: Out of memory: third (quiet for 10m)"}));
  EXPECT_TRUE(bench.engine.open_alerts().empty());
}

TEST(Engine, GroupsByWhatItExtractsAndCanAskItsCaptures) {
  Bench bench(
      "rule: ssh\nmatch: 'syslog.appName:sshd AND \"Failed password\" AND NOT cap.ip:cidr(10.0.0.0/8)'\n"
      "extract: 'message:/for (?P<user>\\S+) from (?P<ip>\\S+)/'\ngroup_by: [cap.ip]\n"
      "when: {count: '>= 2', within: 1m}\nopen: {keep: 5m}\nalert: {message: '{count} for {cap.user} from {cap.ip}'}\n");
  for (int i = 0; i < 3; ++i) {
    bench.line("Failed password for root from 192.0.2.1 port 22", 1s * i, 0s, "sshd");
    bench.line("Failed password for bob from 10.1.1.1 port 22", 1s * i, 0s, "sshd");
    bench.line("Failed password for root from 192.0.2.1 port 22", 1s * i, 0s, "cron");
  }
  bench.line("Failed password for eve from 192.0.2.2 port 22", 4s, 0s, "sshd");
  EXPECT_EQ(bench.told(), (Told{"1 open ssh|web-1|192.0.2.1 2: 2 for root from 192.0.2.1"}));
  EXPECT_EQ(bench.engine.status()[0].groups, 2U);
}

TEST(Engine, AnAllClearClosesItsGroupOrAll) {
  const std::string rule =
      "rule: db\nmatch: 'lost AND /db (?P<db>\\w+)/'\nclear: 'regained'\ngroup_by: [cap.db]\n"
      "extract: 'message:/db (?P<db>\\w+)/'\n";
  Bench bench(rule);
  bench.line("lost db a", 0s);
  bench.line("lost db b", 1s);
  bench.line("regained db a", 2s);
  EXPECT_EQ(bench.told(), (Told{"0 open db|web-1|a 1: db on web-1", "1 open db|web-1|b 1: db on web-1",
                                "2 close db|web-1|a 1: db on web-1 (all clear)"}));
  bench.line("lost db c", 3s);
  bench.line("regained everything", 4s);
  EXPECT_EQ(bench.told().size(), 3U);
}

TEST(Engine, DistinctRatioAndSequenceSeeWhatTheyNeed) {
  Bench distinct(
      "rule: d\nmatch: login\nextract: 'message:/user (?P<u>\\w+)/'\n"
      "when: {distinct: {field: cap.u, count: '>= 3'}, within: 1m}\n");
  for (const char* user : {"a", "b", "a", "b", "c"}) distinct.line(fmt::format("login user {}", user), 1s);
  EXPECT_EQ(distinct.told().size(), 1U);

  Bench ratio("rule: r\nmatch: request\nwhen: {ratio: {of: failed, share: '>= 50%'}, within: 1m, min: 4}\n");
  for (const char* line : {"request", "request failed", "request", "request failed"}) ratio.line(line, 1s);
  EXPECT_EQ(ratio.told(), (Told{"1 open r|web-1 4: r on web-1"}));

  Bench sequence("rule: s\nmatch: '*'\nwhen: {sequence: [started, 'not ready', crashed], within: 1m}\nopen: {keep: 1m}\n");
  sequence.line("started", 0s);
  sequence.line("ready", 1s);
  sequence.line("crashed", 2s);
  EXPECT_EQ(sequence.told(), Told{});
  sequence.line("started", 10s);
  sequence.line("crashed", 12s);
  EXPECT_EQ(sequence.told(), (Told{"12 open s|web-1 1: s on web-1"}));
}

TEST(Engine, WhatIsExpectedAndAbsentOpensAndClosesWhenItComes) {
  Bench bench(
      "rule: backup\nmatch: 'backup done'\nextract: 'message:/of (?P<db>\\w+)/'\ngroup_by: [cap.db]\n"
      "when: {absent: 1h, expected: [a, b]}\nopen: {keep: 1s}\n");
  bench.line("backup done of a", 30min);
  bench.wait_until(61min);
  EXPECT_EQ(bench.told(), (Told{"3600 open backup|web-1|b 0: backup on web-1"}));
  bench.line("backup done of b", 70min);
  bench.wait_until(80min);
  EXPECT_EQ(bench.told(), (Told{"4201 close backup|web-1|b 1: backup on web-1 (it was heard of again)"}));
}

TEST(Engine, LateEventsAreCountedAndFutureOnesHappenNow) {
  Bench bench("rule: a\nmatch: x\nopen: {keep: 1m}\n");
  bench.line("x", 1h, -11min);
  EXPECT_EQ(bench.told(), Told{});
  EXPECT_EQ(bench.engine.counters().late, 1U);
  bench.line("x", 2h, 24h);
  bench.wait_until(3h);
  EXPECT_EQ(bench.told(), (Told{"7200 open a|web-1 1: a on web-1", "7260 close a|web-1 1: a on web-1 (quiet for 1m)"}));
}

TEST(Engine, MutesHoldAndJudgeAgainAtTheirEnd) {
  RulesForTest files;
  files
      .with(
          "r.yaml",
          "rules:\n- {rule: a, match: x, open: {keep: 1h}}\n- {rule: b, match: x, mute: {deploy: 10m}, open: {keep: 1h}}\n")
      .with("mutes/m.yaml",
            fmt::format("rules: [a]\nmatch: known\nreason: ticket 7\nuntil: {}\n", base::format_rfc3339(kBegin + 30min, 0)));
  Bench bench(compiled(files));
  bench.engine.set_deploy(true, "c_1", kBegin);
  bench.line("x known", 1min);
  EXPECT_EQ(bench.told(), Told{});
  bench.wait_until(2h);
  EXPECT_EQ(bench.told(),
            (Told{"600 open b|web-1 1: b on web-1", "1800 open a|web-1 1: a on web-1",
                  "3660 close a|web-1 1: a on web-1 (quiet for 1h)", "3660 close b|web-1 1: b on web-1 (quiet for 1h)"}));
}

TEST(Engine, AStormBecomesARollUp) {
  Bench bench(
      "rule: a\nmatch: x\nextract: 'message:/x(?P<n>\\d+)y/'\ngroup_by: [cap.n]\nlimits: {max_open: 2}\nopen: {keep: 1m}\n");
  for (int i = 0; i < 10; ++i) bench.line(fmt::format("x x{}y", i), 1s);
  EXPECT_EQ(bench.told(), (Told{"1 open a|web-1|0 1: a on web-1", "1 open a|web-1|1 1: a on web-1",
                                "1 open a|web-1|(many) 1: a: 1 more alerts than the 2 that may be open at once"}));
  bench.wait_until(1h);
  const Told closed = bench.told();
  ASSERT_EQ(closed.size(), 3U);
  EXPECT_NE(closed.back().find("8 more alerts"), std::string::npos) << closed.back();
}

TEST(Engine, AReloadKeepsWhatStillMeansTheSame) {
  const std::string before =
      "rules:\n- {rule: kept, match: x, open: {keep: 1h}}\n- {rule: gone, match: x, open: {keep: 1h}}\n"
      "- {rule: other, match: x, open: {keep: 1h}}\n"
      "- {rule: counts, match: y, when: {count: '>= 2', within: 1h}}\n";
  Bench bench(before);
  bench.line("x", 0s);
  bench.line("y", 0s);
  bench.told();
  bench.engine.replace(
      compiled("rules:\n- {rule: counts, match: y, when: {count: '>= 2', within: 1h}, alert: {priority: P1}}\n"
               "- {rule: kept, match: x, open: {keep: 2h}}\n"
               "- {rule: other, match: 'x OR z', open: {keep: 1h}}\n- {rule: new, match: q}\n"),
      kBegin + 10s);
  EXPECT_EQ(bench.told(), (Told{"10 close gone|web-1 1: gone on web-1 (the rule was removed)"}));
  bench.line("y", 20s);
  EXPECT_EQ(bench.told(), (Told{"20 open counts|web-1 2: counts on web-1"}));
  bench.line("x", 30s);
  EXPECT_EQ(bench.told(), Told{});  // both are open still
  bench.wait_until(3h);
  EXPECT_EQ(bench.told().size(), 3U);
}

TEST(Engine, AfterARestartOpenAlertsGoOnUnderTheirNames) {
  const std::string yaml =
      "rules:\n- {rule: a, match: x, extract: 'message:/x=(?P<n>\\w+)/', group_by: [cap.n], open: {keep: 10m}}\n"
      "- {rule: b, match: x}\n";
  Bench first(yaml);
  first.line("x=1", 0s);
  first.line("x=1", 1s);
  const std::vector<AlertChange> open = first.engine.open_alerts();
  ASSERT_EQ(open.size(), 2U);
  Bench second("rule: a\nmatch: x\nextract: 'message:/x=(?P<n>\\w+)/'\ngroup_by: [cap.n]\nopen: {keep: 10m}\n");
  second.engine.restore(open, kBegin + 1min);
  second.line("x=1", 2min);
  second.wait_until(1h);
  ASSERT_EQ(second.changes.size(), 2U);
  EXPECT_EQ(second.changes[0].note, "the rule was removed");
  EXPECT_EQ(second.changes[1].kind, AlertChange::Kind::close);
  EXPECT_EQ(second.changes[1].episode, first.changes[0].episode);
  EXPECT_EQ((second.changes[1].at - kBegin) / 1s, 720);
}

TEST(Engine, MemoryIsBoundedAndWhatIsEvictedIsCounted) {
  Bench bench(
      "rule: a\nmatch: x\nextract: 'message:/x=(?P<n>\\w+)/'\ngroup_by: [cap.n]\nwhen: {count: '>= 2', within: 1h}\n"
      "limits: {max_groups: 100000}\n",
      {.host = "web-1", .memory = 256 << 10});
  for (int i = 0; i < 5000; ++i) bench.line(fmt::format("x={}", i), 1s);
  EXPECT_LE(bench.engine.bytes(), 256U << 10);
  EXPECT_GT(bench.engine.status()[0].counters.evicted, 3000U);
  EXPECT_GT(bench.engine.status()[0].groups, 100U);
}

TEST(Engine, RaisesAlertsOfItsOwn) {
  Bench bench("rule: a\nmatch: x\n");
  bench.engine.raise("rules", Priority::p2, "rules cannot be loaded", "r.yaml:1:1: wrong", kBegin);
  bench.engine.raise("rules", Priority::p2, "rules cannot be loaded", "r.yaml:1:1: wrong", kBegin + 1s);
  bench.engine.raise("rules", Priority::p2, "rules cannot be loaded", "r.yaml:2:1: wrong", kBegin + 2s);
  bench.engine.settle("rules", "loaded", kBegin + 3s);
  EXPECT_EQ(bench.told(), (Told{"0 open longshore.rules|web-1 1: rules cannot be loaded",
                                "2 note longshore.rules|web-1 1: rules cannot be loaded (r.yaml:2:1: wrong)",
                                "3 close longshore.rules|web-1 1: rules cannot be loaded (loaded)"}));
}

TEST(Engine, AFleetAlertIsNotClosedByAQuietHost) {
  Bench bench("rule: a\nmatch: x\nclear: fine\nopen: {keep: 1m}\nalert: {scope: fleet}\n");
  bench.line("x", 0s);
  bench.wait_until(1h);
  EXPECT_EQ(bench.told(), (Told{"0 open a 1: a"}));
  bench.line("x", 2h);
  bench.line("fine", 2h + 1s);
  EXPECT_EQ(bench.told(), (Told{"7200 open a 1: a", "7201 close a 1: a (all clear)"}));
}

TEST(Engine, AnObserverSeesEachMatch) {
  Bench bench(
      "rule: a\nmatch: 'x AND /(?P<n>\\d+)/'\ngroup_by: [cap.n]\nextract: 'message:/(?P<n>\\d+)/'\nwhen: {count: '>= 9', "
      "within: 1m}\n");
  Told seen;
  bench.engine.set_observer([&](const RuleMatch& match) {
    seen.push_back(match.rule.id + " " + match.group[0] + " " + match.captures[0].first + "=" + match.captures[0].second);
  });
  bench.line("x 12", 0s);
  bench.line("y 13", 0s);
  EXPECT_EQ(seen, (Told{"a 12 cap.n=12"}));
}

}  // namespace
}  // namespace longshore::rules
