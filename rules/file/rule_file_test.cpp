#include "rules/file/rule_file.hpp"

#include <gtest/gtest.h>

#include "rules/file/rules_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;

const std::string kSmall = "rule: a\nmatch: oops\n";

RuleSpec only_rule(const std::string& text) {
  const RuleSet set = RulesForTest().with("r.yaml", text).load();
  EXPECT_EQ(set.problems, "");
  return set.rules.size() == 1 ? set.rules[0] : RuleSpec{};
}
std::string problems(const std::string& text) { return RulesForTest().with("r.yaml", text).load().problems; }

TEST(RuleFile, TheRuleOfTheManualIsReadWhole) {
  const RuleSpec rule = only_rule(R"(
rule: sshd-bruteforce
match: 'syslog.appName:sshd AND "Failed password" AND NOT cap.ip:cidr(10.0.0.0/8)'
extract: 'message:/from (?P<ip>\S+) port/'
group_by: [cap.ip]
when: {count: ">= 20", within: 5m}
open: {for: 1s, keep: 20m}
clear: '"Accepted publickey"'
alert:
  priority: P2
  scope: host
  message: '{count} failed ssh logins from {cap.ip} on {host.name}'
  details: {window: '{window}'}
  responders: [team:infra, user:someone@example.net]
  runbook: https://runbooks.example/ssh
  samples: 5
  tags: ssh
mute: {schedule: 'Sat 02:00-04:00 UTC', deploy: 10m}
limits: {max_open: 7, max_groups: 99, notify_every: 2h}
tests:
- name: the third
  format: rfc3164
  lines:
  - '<38>Oct 11 22:14:15 web-1 sshd[4]: Failed password for root from 192.0.2.7 port 22'
  - {at: 4m, line: x, times: 20, every: 1s}
  - y
  expect:
  - open: {at: 4m18s, cap.ip: 192.0.2.7}
  - close: {}
)");
  EXPECT_EQ(rule.id, "sshd-bruteforce");
  EXPECT_EQ(rule.place.line, 2U);
  EXPECT_EQ(rule.match.tree.children.size(), 3U);
  ASSERT_EQ(rule.extract.size(), 1U);
  EXPECT_EQ(rule.extract[0].pattern, "from (?P<ip>\\S+) port");
  EXPECT_EQ(rule.extract[0].names, std::vector<std::string>{"ip"});
  EXPECT_EQ(rule.group_by, (std::vector<FieldRef>{{FieldRef::Kind::capture, "ip"}}));
  EXPECT_EQ(std::get<CountWhen>(rule.when).least, 20U);
  EXPECT_EQ(std::get<CountWhen>(rule.when).within, 5min);
  EXPECT_EQ(rule.open_for, 1s);
  EXPECT_EQ(rule.keep, 20min);
  ASSERT_TRUE(rule.clear);
  EXPECT_EQ(rule.alert.priority, Priority::p2);
  EXPECT_EQ(rule.alert.responders,
            (std::vector<Responder>{{Responder::Kind::team, "infra"}, {Responder::Kind::user, "someone@example.net"}}));
  EXPECT_EQ(rule.alert.tags, std::vector<std::string>{"ssh"});
  EXPECT_EQ(rule.alert.samples, 5U);
  ASSERT_EQ(rule.mute.size(), 1U);
  EXPECT_EQ(rule.mute_deploy, 10min);
  EXPECT_EQ(rule.max_open, 7U);
  EXPECT_EQ(rule.max_groups, 99U);
  EXPECT_EQ(rule.notify_every, 2h);
  ASSERT_EQ(rule.tests.size(), 1U);
  const TestSpec& test = rule.tests[0];
  EXPECT_EQ(test.format, LineFormat::rfc3164);
  ASSERT_EQ(test.lines.size(), 3U);
  EXPECT_EQ(test.lines[1].times, 20U);
  EXPECT_EQ(test.lines[2].at, 4min + 19s) << "a line without a time comes with the one before it";
  ASSERT_EQ(test.expect.size(), 2U);
  EXPECT_EQ(test.expect[0].at, 4min + 18s);
  EXPECT_EQ(test.expect[0].values, (std::vector<std::pair<std::string, std::string>>{{"cap.ip", "192.0.2.7"}}));
  EXPECT_EQ(test.expect[1].kind, AlertChange::Kind::close);
}

TEST(RuleFile, TheLeastRuleOpensAtEachMatch) {
  const RuleSpec rule = only_rule(kSmall);
  EXPECT_EQ(std::get<CountWhen>(rule.when).least, 1U);
  EXPECT_EQ(rule.keep, 15min);
  EXPECT_EQ(rule.alert.message, "{rule} on {host.name}");
  EXPECT_FALSE(rule.clear);
}

TEST(RuleFile, EveryFormOfWhenIsRead) {
  const auto when = [](const std::string& text) { return only_rule(kSmall + "group_by: host\nwhen: " + text + "\n").when; };
  EXPECT_EQ(std::get<CountWhen>(when("{count: '> 4', within: 1m}")).least, 5U);
  const auto absent = std::get<AbsentWhen>(when("{absent: 10m, expected: [web-1, web-2], forget: 1d}"));
  EXPECT_EQ(absent.after, 10min);
  EXPECT_EQ(absent.expected, (std::vector<std::vector<std::string>>{{"web-1"}, {"web-2"}}));
  EXPECT_EQ(absent.forget, 24h);
  const auto distinct = std::get<DistinctWhen>(when("{distinct: {field: json.user, count: '>= 5'}, within: 10m}"));
  EXPECT_EQ(distinct.field, (FieldRef{FieldRef::Kind::json, "user"}));
  EXPECT_EQ(distinct.least, 5U);
  const auto ratio = std::get<RatioWhen>(when("{ratio: {of: bad, share: '> 2.5%'}, within: 5m, min: 100}"));
  EXPECT_EQ(ratio.of.text, "bad");
  EXPECT_EQ(ratio.comparison, Comparison::more);
  EXPECT_DOUBLE_EQ(ratio.share, 0.025);
  EXPECT_EQ(ratio.min_events, 100U);
  const auto rate = std::get<RateWhen>(when("{rate: '<= 0.5x', within: 10m}"));
  EXPECT_EQ(rate.comparison, Comparison::at_most);
  EXPECT_DOUBLE_EQ(rate.factor, 0.5);
  const auto sequence = std::get<SequenceWhen>(when("{sequence: [starting, 'not \"started in\"'], within: 2m}"));
  ASSERT_EQ(sequence.steps.size(), 2U);
  EXPECT_FALSE(sequence.steps[0].negated);
  EXPECT_TRUE(sequence.steps[1].negated);
  EXPECT_EQ(sequence.steps[1].query.text, "\"started in\"");
  const auto first = std::get<FirstSeenWhen>(when("{first_seen: docker.name}"));
  EXPECT_EQ(first.remember, 24h * 30);
}

TEST(RuleFile, ManyRulesAFileAndManyFilesAreReadInOrder) {
  const RuleSet set = RulesForTest()
                          .with("b.yml", "rules:\n- {rule: b1, match: x}\n- {rule: b2, match: x}\n")
                          .with("a.yaml", kSmall)
                          .with("z/c.yaml", "{rule: c, match: x}")
                          .with("z/notes.txt", "rule: [")
                          .with(".git/d.yaml", "rule: [")
                          .with("empty.yaml", "# nothing yet\n")
                          .load();
  EXPECT_EQ(set.problems, "");
  std::string ids;
  for (const RuleSpec& rule : set.rules) ids += rule.id + " ";
  EXPECT_EQ(ids, "a b1 b2 c ");
}

TEST(RuleFile, DefaultsHoldForTheirFolderAndThoseBelow) {
  const RuleSet set = RulesForTest()
                          .with("defaults.yaml", "alert: {priority: P1, tags: [prod], runbook: u}\nopen: {keep: 1h}\n")
                          .with("a.yaml", kSmall)
                          .with("db/defaults.yaml", "alert: {tags: [db]}\n")
                          .with("db/b.yaml", "{rule: b, match: x, alert: {priority: P4}}")
                          .with("web/c.yaml", "{rule: c, match: x}")
                          .load();
  EXPECT_EQ(set.problems, "");
  ASSERT_EQ(set.rules.size(), 3U);
  EXPECT_EQ(set.rules[0].alert.priority, Priority::p1);
  EXPECT_EQ(set.rules[1].alert.priority, Priority::p4);
  EXPECT_EQ(set.rules[1].alert.tags, std::vector<std::string>{"db"});
  EXPECT_EQ(set.rules[1].alert.runbook, "u");
  EXPECT_EQ(set.rules[1].keep, 1h);
  EXPECT_EQ(set.rules[2].alert.tags, std::vector<std::string>{"prod"});
}

TEST(RuleFile, ListsAreReadFromTextAndYaml) {
  const RuleSet set = RulesForTest()
                          .with("lists/scanners.txt", "# ours\n 192.0.2.1 \r\n\n192.0.2.2\n")
                          .with("lists/hosts.yaml", "[web-1, web-2]")
                          .with("r.yaml", "{rule: a, match: 'host:list(hosts) AND NOT json.ip:list(scanners)'}")
                          .load();
  EXPECT_EQ(set.problems, "");
  EXPECT_EQ(set.lists.at("scanners"), (std::vector<std::string>{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(set.lists.at("hosts"), (std::vector<std::string>{"web-1", "web-2"}));
}

TEST(RuleFile, MutesHaveAReasonAndAnEnd) {
  const RuleSet set = RulesForTest()
                          .with("r.yaml", kSmall)
                          .with("mutes/m.yaml",
                                "mutes:\n- reason: disk exchange\n  until: 2026-12-01T06:00:00Z\n  rules: [a, zz-*]\n"
                                "- {reason: x, from: 2026-11-01T00:00:00Z, until: 2026-12-01T06:00:00+01:00, match: "
                                "'host:web-1'}\n")
                          .load();
  EXPECT_EQ(set.problems, "");
  EXPECT_EQ(set.warnings, "mutes/m.yaml:4:10: mutes[0].rules: there is no rule \"zz-*\"\n");
  ASSERT_EQ(set.mutes.size(), 2U);
  EXPECT_EQ(set.mutes[0].until, base::parse_rfc3339("2026-12-01T06:00:00Z"));
  EXPECT_TRUE(set.mutes[1].match);
  const auto said = [](const std::string& mute) { return RulesForTest().with("mutes/m.yaml", mute).load().problems; };
  EXPECT_EQ(said("{reason: x, rules: [a]}"), "mutes/m.yaml:1:1: needs \"until\"\n");
  EXPECT_EQ(said("{rules: [a], until: 2026-12-01T06:00:00Z}"), "mutes/m.yaml:1:1: needs \"reason\"\n");
  EXPECT_EQ(said("{reason: x, rules: [A*b], until: 2026-12-01T06:00:00Z}"),
            "mutes/m.yaml:1:21: rules[0]: \"A*b\" is not the id of a rule\n");
  EXPECT_EQ(said("{reason: x, until: 2026-12-01T06:00:00Z}"),
            "mutes/m.yaml:1:1: needs \"rules\" or \"match\": without them it would mute everything\n");
  EXPECT_EQ(said("{reason: x, rules: [a], until: tomorrow}"),
            "mutes/m.yaml:1:32: until: \"tomorrow\" is not a time with its zone, e.g. 2026-12-01T06:00:00Z\n");
  EXPECT_EQ(said("{reason: x, rules: [a], from: 2026-12-02T06:00:00Z, until: 2026-12-01T06:00:00Z}"),
            "mutes/m.yaml:1:60: until: is not after \"from\"\n");
}

TEST(RuleFile, AnIdStandsOnlyOnceInAllFiles) {
  const RuleSet set = RulesForTest().with("a.yaml", kSmall).with("b/b.yaml", "rules: [{rule: a, match: x}]").load();
  EXPECT_EQ(set.problems, "b/b.yaml:1:16: rules[0].rule: \"a\" stands twice, first in a.yaml:1\n");
}

TEST(RuleFile, AMistakeInAQueryIsToldWhereItStands) {
  EXPECT_EQ(problems("rule: a\nmatch: 'it''s AND syslog.apname:x'\n"),
            "r.yaml:2:19: match: unknown field \"syslog.apname\", did you mean \"syslog.appname\"?\n");
  EXPECT_EQ(problems("rule: a\nmatch: |\n  one\n  AND (two\n"), "r.yaml:4:7: match: this parenthesis is not closed\n");
  EXPECT_EQ(problems(kSmall + "when: {sequence: [a, 'not (b'], within: 1m}\n"),
            "r.yaml:3:27: when.sequence[1]: this parenthesis is not closed\n");
}

TEST(RuleFile, AWarningOfAQueryIsToldWhereItStands) {
  const RuleSet set = RulesForTest().with("r.yaml", "rule: a\nmatch: x AND y OR z\n").load();
  EXPECT_EQ(set.problems, "");
  EXPECT_EQ(set.warnings,
            "r.yaml:2:8: match: AND binds tighter than OR here, and Lucene knows no precedence: set parentheses\n");
}

TEST(RuleFile, AFolderThatIsNotThereIsTold) {
  base::PosixFileSystem files;
  EXPECT_NE(load_rules("/nonexistent/rules", files).problems, "");
}

TEST(RuleFile, AnythingElseThanRulesIsTold) {
  EXPECT_EQ(problems("- rule: a\n"), "r.yaml:1:1: needs a map: \"rules:\" with a list, or one by itself\n");
  EXPECT_EQ(problems("rules: {rule: a}\n"), "r.yaml:1:8: rules: needs a list\n");
  EXPECT_EQ(problems("rules: []\nalert: {}\n"), "r.yaml:2:1: \"alert\" does not belong beside \"rules\"\n");
  EXPECT_EQ(RulesForTest().with("lists/Big.txt", "").load().problems,
            "lists/Big.txt: the name of a list is made of a-z, 0-9, \".\", \"_\" and \"-\"\n");
  EXPECT_EQ(RulesForTest().with("lists/a.txt", "").with("lists/a.yaml", "[]").load().problems,
            "lists/a.yaml: there are two lists \"a\"\n");
}

}  // namespace
}  // namespace longshore::rules
