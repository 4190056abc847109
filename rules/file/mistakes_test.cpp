// Each mistake that can be made in a rule, and what is said about it.
#include <gtest/gtest.h>

#include <string>

#include "rules/file/rules_for_test.hpp"

namespace longshore::rules {
namespace {

struct Case {
  std::string yaml;
  std::string said;  // behind "r.yaml:"
};

// In a rule that is otherwise good, in line 3.
std::string with(const std::string& line) { return "rule: a\nmatch: oops\n" + line + "\n"; }

void expect_all(const std::vector<Case>& cases, std::string RuleSet::* kind) {
  for (const auto& [yaml, said] : cases) {
    const RuleSet set = RulesForTest().with("r.yaml", yaml).load();
    EXPECT_EQ(set.*kind, said.empty() ? "" : "r.yaml:" + said + "\n") << yaml;
    EXPECT_TRUE(kind == &RuleSet::problems || set.problems.empty()) << set.problems;
  }
}

TEST(Mistakes, OfTheRuleItself) {
  expect_all(
      {{"match: x", "1:1: needs \"rule\""},
       {"rule: a", "1:1: needs \"match\""},
       {"rule: ''\nmatch: x", "1:7: rule: must not be empty"},
       {"rule: Big one\nmatch: x", "1:7: rule: \"Big one\" must be 1 to 100 of a-z, 0-9, \".\", \"_\" and \"-\""},
       {with("prioritty: P1"),
        "3:1: unknown option \"prioritty\", not one of: rule, match, extract, group_by, when, clear, open, "
        "alert, mute, limits, tests"},
       {with("grup_by: host"), "3:1: unknown option \"grup_by\", did you mean \"group_by\"?"},
       {with("group_by: [syslog.hots]"), "3:12: group_by[0]: unknown field \"syslog.hots\", did you mean \"syslog.host\"?"},
       {with("group_by: cap.ip"),
        "3:11: group_by[0]: nothing captures \"cap.ip\": add an extract: with a group of this name"},
       {with("group_by: [a.a, a.b, a.c, a.d, a.e, a.f, a.g, a.h, a.i]"), "3:11: group_by: has more than 8 fields"},
       {with("clear: ''"), "3:9: clear: the query is empty; `*` matches every event"},
       {"rule: a\nmatch: cap.pi:x\nextract: '/(?P<ip>x)/'",
        "2:8: match: unknown capture \"cap.pi\", did you mean \"cap.ip\"?"},
       {"rule: a\nmatch: host:list(dbs)",
        "2:8: match: there is no list \"dbs\": put its values into lists/dbs.txt, one a line"}},
      &RuleSet::problems);
}

TEST(Mistakes, OfExtract) {
  expect_all({{with("extract: 'message:/(/'"), "3:19: extract[0]: missing ): ("},
              {with("extract: 'message:/(x)/'"), "3:10: extract[0]: captures nothing: name a group, e.g. (?P<ip>\\S+)"},
              {with("extract: 'from'"),
               "3:10: extract[0]: needs a field and a regular expression, e.g. 'message:/from (?P<ip>\\S+)/'"}},
             &RuleSet::problems);
}

TEST(Mistakes, OfWhen) {
  expect_all(
      {{with("when: {}"),
        "3:7: when: needs one of \"count\", \"absent\", \"distinct\", \"ratio\", \"rate\", \"sequence\", "
        "\"first_seen\""},
       {with("when: {count: '> 1', absent: 5m}"),
        "3:30: when.absent: only one of these may be given: \"count\", \"absent\", \"distinct\", \"ratio\", \"rate\", "
        "\"sequence\", \"first_seen\""},
       {with("when: {count: 20, within: 5m}"), "3:15: when.count: \"20\" needs a comparison, e.g. \">= 5\""},
       {with("when: {count: '>= x', within: 5m}"),
        "3:15: when.count: \">= x\" is not a comparison with a number, e.g. \">= 5\""},
       {with("when: {count: '>= 2s', within: 5m}"),
        "3:15: when.count: \">= 2s\" has something behind the number, e.g. \">= 5\""},
       {with("when: {count: '>= 2.5', within: 5m}"), "3:15: when.count: \">= 2.5\" is not a whole number of at least 1"},
       {with("when: {count: '< 2', within: 5m}"),
        "3:15: when.count: can only be >= or >: for too few, use `absent`, `rate` or `ratio`"},
       {with("when: {count: '>= 20'}"), "3:7: when: needs \"within\", e.g. within: 5m"},
       {with("when: {count: '>= 20', within: 5}"), "3:32: when.within: \"5\" needs a unit, e.g. \"5s\""},
       {with("when: {count: '>= 20', within: 5m, min: 5}"), "3:41: when.min: does not go with \"count\""},
       {with("when: {absent: 10m, within: 5m}"), "3:29: when.within: does not go with \"absent\""},
       {with("when: {absent: 10m, forget: 5m}"),
        "3:29: when.forget: must be longer than \"absent\", or the alert is never seen"},
       {with("when: {absent: 10m, expected: web-1}"),
        "3:31: when.expected[0]: has 1 value(s) joined by |, but group_by has 0 field(s)"},
       {with("when: {distinct: {field: host, count: '>= 1'}, within: 5m}"),
        "3:39: when.distinct.count: \">= 1\" is not a whole number of at least 2"},
       {with("when: {distinct: {field: host}, within: 5m}"), "3:18: when.distinct: needs \"count\""},
       {with("when: {ratio: {of: x, share: '>= 5'}, within: 5m}"),
        "3:30: when.ratio.share: \">= 5\" needs the unit %, e.g. \">= 5%\""},
       {with("when: {ratio: {of: x, share: '>= 101%'}, within: 5m}"), "3:30: when.ratio.share: is more than 100%"},
       {with("when: {rate: '>= 3', within: 5m}"), "3:14: when.rate: \">= 3\" needs the unit x, e.g. \">= 5x\""},
       {with("when: {sequence: [a], within: 5m}"), "3:18: when.sequence: needs 2 to 16 steps"},
       {with("when: {sequence: [not a, b], within: 5m}"), "3:19: when.sequence[0]: the first step cannot be a `not`"},
       {with("when: {sequence: [a, NOT b, c], within: 5m}"),
        "3:22: when.sequence[1]: a step that must not come is written in small letters: \"not QUERY\""},
       {with("when: {first_seen: host, within: 5m}"), "3:34: when.within: does not go with \"first_seen\""}},
      &RuleSet::problems);
}

TEST(Mistakes, OfTheAlert) {
  expect_all(
      {{with("alert: {priority: P6}"), "3:19: alert.priority: unknown value \"P6\", did you mean \"P1\"?"},
       {with("alert: {message: 'a {cuont}'}"), "3:22: alert.message: unknown name \"cuont\", did you mean \"count\"?"},
       {with("alert: {message: 'a {x'}"),
        "3:21: alert.message: \"{\" is not closed; to stand for itself it is written twice"},
       {with("alert: {message: '{cap.ip}'}"),
        "3:20: alert.message: nothing captures \"cap.ip\": add an extract: with a group of this name"},
       {with("alert: {details: {who: '{host.nmae}'}}"),
        "3:26: alert.details.who: unknown name \"host.nmae\", did you mean \"host.name\"?"},
       {with("alert: {responders: [infra]}"),
        "3:22: alert.responders[0]: \"infra\" needs a kind and a name, e.g. team:infra"},
       {with("alert: {responders: [tema:infra]}"),
        "3:22: alert.responders[0]: unknown kind of responder \"tema\", did you mean \"team\"?"},
       {with("alert: {samples: 51}"), "3:18: alert.samples: 51 is not between 0 and 50"}},
      &RuleSet::problems);
}

TEST(Mistakes, OfMutesAndTests) {
  expect_all(
      {{with("mute: {schedule: always}"),
        "3:18: mute.schedule[0]: \"always\" is not days, times and a time zone, e.g. \"Mon-Fri "
        "22:00-06:00 Europe/Zurich\""},
       {with("mute: {schedule: 'Sut 02:00-04:00 UTC'}"),
        "3:18: mute.schedule[0]: \"Sut 02:00-04:00 UTC\" has unknown days \"Sut\" (Mon, Tue, Wed, Thu, Fri, Sat, Sun), e.g. "
        "\"Mon-Fri 22:00-06:00 Europe/Zurich\""},
       {with("mute: {schedule: '02:00-25:00 UTC'}"),
        "3:18: mute.schedule[0]: \"02:00-25:00 UTC\" has no times in \"02:00-25:00\", e.g. \"Mon-Fri 22:00-06:00 "
        "Europe/Zurich\""},
       {with("mute: {schedule: '02:00-04:00 ../etc'}"),
        "3:18: mute.schedule[0]: \"02:00-04:00 ../etc\" has no time zone in \"../etc\", e.g. \"Mon-Fri 22:00-06:00 "
        "Europe/Zurich\""},
       {with("tests: [{name: x}]"), "3:9: tests[0]: needs one of \"lines\", \"file\""},
       {with("tests: [{name: x, lines: [a], expect: [{}]}]"),
        "3:40: tests[0].expect[0]: needs one of \"open\", \"note\", \"close\""},
       {with("tests: [{name: x, lines: [a], expect: [open: {at: 5}]}]"),
        "3:51: tests[0].expect[0].open.at: \"5\" needs a unit, e.g. \"5s\""},
       {with("tests: [{name: x, lines: [a], expect: [open: {colour: b}]}]"),
        "3:55: tests[0].expect[0].open.colour: unknown name \"colour\", not one of: at, message, count, priority, note"},
       {with("tests: [{name: x, lines: [{at: 5s, line: a}, {at: 4s, line: a}]}]"),
        "3:51: tests[0].lines[1].at: is earlier than the line before it"}},
      &RuleSet::problems);
}

TEST(Mistakes, ATestsFileMustBeThere) {
  const std::string said = RulesForTest().with("r.yaml", with("tests: [{name: x, file: t/a.log}]")).load().problems;
  EXPECT_EQ(said, "r.yaml:3:25: tests[0].file: stat t/a.log: No such file or directory\n");
  EXPECT_EQ(RulesForTest().with("r.yaml", with("tests: [{name: x, file: t/a.log}]")).with("t/a.log", "").load().problems,
            "");
}

TEST(Mistakes, ATimeZoneMustBeKnown) {
  base::PosixFileSystem files;
  const std::string yaml = with("mute: {schedule: '02:00-04:00 Europe/Zurch'}");
  const std::string expected = files.stat("/usr/share/zoneinfo/")
                                   ? "r.yaml:3:18: mute.schedule[0]: unknown time zone \"Europe/Zurch\", did you mean "
                                     "\"Europe/Zurich\"?\n"
                                   : "r.yaml:3:18: mute.schedule[0]: time zone \"Europe/Zurch\": there is no "
                                     "/usr/share/zoneinfo/; mount it, or write an offset, e.g. +02:00\n";
  EXPECT_EQ(RulesForTest().with("r.yaml", yaml).load().problems, expected);
  EXPECT_EQ(RulesForTest().with("r.yaml", with("mute: {schedule: '02:00-04:00 +05:30'}")).load().problems, "");
}

TEST(Mistakes, ThatAreOnlyWarnings) {
  const std::string tag(51, 'x');
  expect_all(
      {{"rule: a\nmatch: x AND NOT x", "2:8: match: \"x\" AND NOT the same is never true: the rule is dead"},
       {"rule: a\nmatch: x OR NOT x", "2:8: match: \"x\" OR NOT the same is always true"},
       {"rule: a\nmatch: x AND y AND X", "2:8: match: \"x\" stands twice: once is enough"},
       {"rule: a\nmatch: x AND *", "2:8: match: * adds nothing to an AND"},
       {"rule: a\nmatch: 'json.ms:[9 TO 5]'", "2:8: match: [9 TO 5] is empty: the smaller number comes first"},
       {with("clear: OOPS"), "3:8: clear: is the same as \"match\": what opens the alert closes it"},
       {with("group_by: json.user"),
        "3:11: group_by[0]: \"json.user\" may have any number of values: say with limits: {max_groups: …} how many are "
        "remembered"},
       {with("group_by: json.user\nlimits: {max_groups: 500}"), ""},
       {with("group_by: [docker.name, host]"), ""},
       {with("when: {count: '>= 2', within: 1h}"),
        "1:1: open.keep: 15m is shorter than \"within\", 1h: the alert closes and opens again while the trouble goes on"},
       {with("mute: {schedule: [Mon-Fri 00:00-24:00 UTC, 'Sat,Sun 00:00-00:00 UTC']}"),
        "3:18: mute.schedule: covers the whole week: the alert is never told"},
       {with("alert: {tags: [" + tag + "]}"), "3:16: alert.tags[0]: is longer than 50 characters and will be cut"},
       {with("alert: {tags: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]}"), "3:15: alert.tags: has 21 tags; 20 are kept"},
       {with("alert: {message: '{count} " + std::string(126, 'y') + "'}"),
        "3:18: alert.message: becomes about 131 characters, of which a pager shows 130: \"1000 " + std::string(126, 'y') +
            "\""},
       {with("alert: {scope: fleet}"),
        "3:16: alert.scope: of a fleet's alert nothing but \"clear\" says that it is over on all "
        "hosts, and this rule has none"}},
      &RuleSet::warnings);
}

TEST(Mistakes, WhatIsMissingIsAHint) {
  EXPECT_EQ(RulesForTest().with("r.yaml", with("alert: {priority: P3}")).load().hints,
            "r.yaml:3:8: alert: has no \"runbook\": whoever is woken up has to find out what to do\n"
            "r.yaml:3:8: alert: has no \"responders\": the sink's own routing decides who is told\n");
}

}  // namespace
}  // namespace longshore::rules
