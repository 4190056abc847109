#include "rules/import/sigma.hpp"

#include <gtest/gtest.h>

#include <string>

#include "rules/query/parser.hpp"
#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

ImportResult import(const std::string& text, const ImportOptions& options = {}) {
  return import_sigma({{"r.yml", text}}, options);
}
// What stands behind `name:` in the YAML, once.
std::string option(const std::string& yaml, const std::string& name) {
  const std::size_t at = yaml.find(" " + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 3;
  return yaml.substr(begin, yaml.find('\n', begin) - begin);
}
std::string indented(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) text.insert(at + 1, "    ");
  return "    " + text;
}
// The query of a rule with this detection; of a rule that is refused, why.
std::string match(const std::string& detection) {
  const ImportResult result = import("title: T\nid: i\ndetection:\n" + indented(detection) + "\n");
  if (!result.refused.empty()) return result.refused[0].substr(std::string("r.yml: T: ").size());
  const std::string yaml = option(result.files().at(0), "match");
  std::string text;
  for (std::size_t i = 1; i + 1 < yaml.size(); ++i) text += yaml[i] == '\'' ? yaml[i++] : yaml[i];
  EXPECT_EQ(print_query(parse_query(text).tree), text);
  return text;
}
std::string field(const std::string& line) { return match("selection:\n    " + line + "\ncondition: selection"); }

struct Case {
  const char* sigma;
  const char* query;
};

TEST(Sigma, EveryModifierHasItsMeaning) {
  for (const Case& c : std::initializer_list<Case>{
           {"F: abc", "json.F:/^abc$/i"},
           {"F: /bin/sh", "json.F:/^\\/bin\\/sh$/i"},
           {"F: 404", "json.F:\"404\""},
           {"F: [a, b]", "(json.F:/^a$/i OR json.F:/^b$/i)"},
           {"F: ab*c?", "json.F:ab*c?"},
           {"F: '*'", "json.F:*"},
           {"F: 'a\\*b*'", "json.F:a\\*b*"},
           {"F: 'C:\\Windows\\\\*'", "json.F:c:\\\\windows\\\\*"},
           {"F: ''", "json.F:/^$/i"},
           {"F: null", "NOT json.F:*"},
           {"F|contains: x y", "json.F:*x\\ y*"},
           {"F|startswith: X", "json.F:x*"},
           {"F|endswith: '\\sh.exe'", "json.F:*\\\\sh.exe"},
           {"F|contains|all: [a, b]", "(json.F:*a* AND json.F:*b*)"},
           {"F|cased: Abc", "json.F:=\"Abc\""},
           {"F|contains|cased: A.c", "json.F:/A\\.c/"},
           {"F|neq: a", "NOT json.F:/^a$/i"},
           {"F|exists: true", "json.F:*"},
           {"F|exists: false", "NOT json.F:*"},
           {"F|re: 'a/b\\d'", "json.F:/a\\/b\\d/"},
           {"F|re: 'a\\/b\\\\'", "json.F:/a\\/b\\\\/"},
           {"F|re|i|s: a.b", "json.F:/(?s)a.b/i"},
           {"F|cidr: [10.0.0.0/8, '::1/128']", "(json.F:cidr(10.0.0.0/8) OR json.F:cidr(::1/128))"},
           {"F|gte: 5", "json.F:[\"5\" TO *]"},
           {"F|lt: 5", "json.F:[* TO \"5\"}"},
           {"F|contains|windash: ' -f a-b'", "json.F:/ [-\\/–—―]f a-b/i"},
           {"F|base64: foobar", "json.F:=\"Zm9vYmFy\""},
           {"F|base64|contains: foo", "json.F:/Zm9v/"},
           {"F|wide|base64: ab", "json.F:=\"YQBiAA==\""},
           {"F|base64offset|contains: foobar", "(json.F:/Zm9vYmFy/ OR json.F:/Zvb2Jhc/ OR json.F:/mb29iYX/)"},
           {"F.G-h: 1", "json.F.G-h:\"1\""}})
    EXPECT_EQ(field(c.sigma), c.query) << c.sigma;
}

TEST(Sigma, KeywordsAreLookedForInTheRawFrame) {
  EXPECT_EQ(match("k: [Abc, 'x*y']\ncondition: k"), "(raw:\"abc\" OR raw:*x*y*)");
  EXPECT_EQ(match("k:\n    '|all': [a, b]\ncondition: k"), "(raw:\"a\" AND raw:\"b\")");
  EXPECT_EQ(match("k:\n    '|re': a+\ncondition: k"), "raw:/a+/");
}

TEST(Sigma, ConditionsAreReadWithTheirQuantifiers) {
  const std::string selections = "sel_a: {A: 1}\nsel_b: {B: 2}\nfilter: {C: 3}\n_x: {D: 4}\n";
  const std::string a = "json.A:\"1\"", b = "json.B:\"2\"", c = "json.C:\"3\"";
  for (const auto& [condition, query] : std::initializer_list<std::pair<const char*, std::string>>{
           {"sel_a and not filter", "(" + a + " AND NOT " + c + ")"},
           {"sel_a or sel_b and filter", "(" + a + " OR (" + b + " AND " + c + "))"},
           {"not (sel_a or sel_b)", "NOT (" + a + " OR " + b + ")"},
           {"1 of sel_*", "(" + a + " OR " + b + ")"},
           {"ALL OF sel_* AND NOT 1 of filter*", "((" + a + " AND " + b + ") AND NOT " + c + ")"},
           {"any of them", "(" + c + " OR " + a + " OR " + b + ")"},
           {"not not sel_a", a},
           {"2 of sel_*", "\"2 of\" has no counterpart"},
           {"sel_a and", "the condition ends too early"},
           {"sel_z", "the condition names \"sel_z\", which is not there"},
           {"(sel_a", "a parenthesis of the condition is not closed"},
           {"sel_a sel_b", "the condition has \"sel_b\" where nothing was expected"}})
    EXPECT_EQ(match(selections + "condition: " + condition), query) << condition;
  EXPECT_EQ(match(selections + "condition: [sel_a, sel_b]"), "(" + a + " OR " + b + ")");
  EXPECT_EQ(match("s: [{A: 1, B: 2}, {C: 3}]\ncondition: s"), "((" + a + " AND " + b + ") OR " + c + ")");
}

TEST(Sigma, WhatCannotBeCarriedOverIsRefusedByName) {
  for (const Case& c : std::initializer_list<Case>{
           {"F|fieldref: G", "the modifier \"fieldref\" compares two fields of an event, which no query can"},
           {"F|expand: '%u%'", "the modifier \"expand\" takes values that only you know: write list(NAME) by hand"},
           {"F|hour: 5", "the modifier \"hour\" has no counterpart"},
           {"F|wide: x", "the modifier \"utf16le\" without base64 is about bytes, not text"},
           {"F|re: '(?=x)'",
            "the regular expression (?=x): look-around is not possible: match the other part with a query of its own, "
            "joined "
            "by AND or AND NOT"},
           {"F|cidr: x", "\"x\" is no network"},
           {"F|gt: x", "\"x\" is no number to compare with"},
           {"F: {a: b}", "a value is no plain text"},
           {"F: []", "\"F\" has no values"},
           {"a b: x", "the field \"a b\" has a name that no query can hold"}})
    EXPECT_EQ(field(c.sigma), c.query) << c.sigma;
  EXPECT_EQ(match("s: {A: 1}\ntimeframe: 5m\ncondition: s"), "has a timeframe, but counts nothing");
  EXPECT_EQ(match("s: {A: 1}\ntimeframe: 5m\ncondition: s | near b"), "the aggregation \"near\" has no counterpart");
  EXPECT_EQ(match("s: {A: 1}\ntimeframe: 5m\ncondition: s | count() < 5"),
            "\"< 5\" has no counterpart: what is not there any more is `absent`");
  EXPECT_EQ(match("s: {A: 1}\ntimeframe: 1M\ncondition: s | count() > 5"), "the time \"1M\" cannot be carried over");
  EXPECT_EQ(import("title: T\nfilter: {}").refused[0],
            "r.yml: T: is a filter: write what it leaves out as AND NOT into the rules that it names");
  EXPECT_EQ(import("a: [").refused.size(), 1U);
  EXPECT_EQ(import("title: T\ndetection: {s: {A: 1}, condition: s}\n---\ntitle: T\ndetection: {s: {A: 1}, condition: s}")
                .refused[0],
            "r.yml: T: there is another rule with the id sigma-t");
}

TEST(Sigma, ARuleIsWrittenWhole) {
  const ImportResult result = import(R"(
title: 'Bad {thing}: it''s here'
id: 12345678-AAAA-bbbb-cccc-1234567890ab
description: What it is.
logsource: {product: linux, service: auditd, definition: long}
detection:
  s: {A|contains: "it's"}
  condition: s
falsepositives: [Unlikely]
references: ['https://example.net/a']
level: high
tags: [attack.t1]
)");
  EXPECT_TRUE(result.refused.empty());
  EXPECT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.files().at(0), R"(rules:
# r.yml: Bad {thing}: it's here
- rule: sigma-12345678-aaaa-bbbb-cccc-1234567890ab
  match: 'json.A:*it''s*'
  alert:
    priority: P2
    message: 'Bad {{thing}}: it''s here on {host.name}'
    description: "What it is.\nFalse positive: Unlikely\nSee: https://example.net/a"
    tags: ["product:linux", "service:auditd", attack.t1]
)");
}

TEST(Sigma, TheServiceBecomesAClauseIfAskedFor) {
  const std::string rule = "title: T\nlogsource: {service: sshd}\ndetection: {s: {A: 1}, condition: s}";
  EXPECT_EQ(option(import(rule, {.service_clause = true}).files().at(0), "match"),
            "'(syslog.appname:\"sshd\" AND json.A:\"1\")'");
  EXPECT_EQ(option(import(rule).files().at(0), "match"), "'json.A:\"1\"'");
}

TEST(Sigma, ARuleThatMatchesForeignLinesIsNoted) {
  const std::string rule = "title: T\nlogsource: {service: sshd}\ndetection: {s: {A: 1}, t: {B: 1}, condition: ";
  EXPECT_EQ(import(rule + "not s or t}").notes,
            std::vector<std::string>{
                "r.yml: T: matches every line that has none of its fields: say with a clause which lines it is about"});
  EXPECT_TRUE(import(rule + "s and not t}").notes.empty());
  EXPECT_TRUE(import(rule + "not s}", {.service_clause = true}).notes.empty());
}

TEST(Sigma, OldCountsBecomeWindows) {
  const std::string rule = "title: T\ndetection:\n  s: {A: 1}\n  timeframe: 30m\n  condition: ";
  const std::string counted = import(rule + "s | count() by src, dst >= 10\n").files().at(0);
  EXPECT_EQ(option(counted, "group_by"), "[json.src, json.dst]");
  EXPECT_EQ(option(counted, "count"), "'>= 10'");
  EXPECT_EQ(option(counted, "within"), "30m");
  EXPECT_EQ(option(counted, "open"), "{keep: 30m}");
  EXPECT_EQ(option(import(rule + "s | count(user)>5\n").files().at(0), "distinct"), "{field: json.user, count: '> 5'}");
}

TEST(Sigma, ManyRulesBecomeSeveralFiles) {
  ImportResult result;
  for (int i = 0; i < 450; ++i) result.rules.push_back("- rule: a" + std::to_string(i) + "\n");
  const auto files = result.files();
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[2].substr(0, 22), "rules:\n- rule: a400\n- ");
}

const std::string kTwo =
    "title: A\nname: a\nid: ida\ndetection: {s: {A: 1}, condition: s}\n---\n"
    "title: B\nname: b\nid: idb\ndetection: {s: {B: 1}, condition: s}\n---\n";

TEST(Sigma, CorrelationsBecomeWhen) {
  const auto correlation = [](const std::string& text) {
    return import(kTwo + "title: C\nid: c\ncorrelation:\n" + indented(text));
  };
  const ImportResult counted =
      correlation("type: event_count\nrules: [a]\ngroup-by: [u]\ntimespan: 5m\ncondition: {gte: 10}");
  EXPECT_EQ(counted.rules.size(), 2U) << "the rule it counts does not alert by itself";
  EXPECT_EQ(counted.notes, std::vector<std::string>{"r.yml: A: alerts only through the correlation that names it"});
  EXPECT_EQ(option(counted.files().at(0), "count"), "'>= 10'");
  EXPECT_EQ(option(counted.files().at(0), "group_by"), "[json.u]");
  EXPECT_EQ(correlation("type: event_count\nrules: [a]\ntimespan: 5m\ngenerate: true\ncondition: {gt: 1}").rules.size(), 3U);

  const ImportResult values =
      correlation("type: value_count\nrules: [ida, idb]\ntimespan: 1h\ncondition: {field: u, gt: 3}");
  EXPECT_EQ(option(values.files().at(0), "match"), "'(json.A:\"1\" OR json.B:\"1\")'");
  EXPECT_EQ(option(values.files().at(0), "distinct"), "{field: json.u, count: '> 3'}");

  EXPECT_EQ(option(correlation("type: temporal_ordered\nrules: [a, b]\ntimespan: 1m").files().at(0), "sequence"),
            "['json.A:\"1\"', 'json.B:\"1\"']");
  const ImportResult any = correlation("type: temporal\nrules: [a, b]\ntimespan: 1m");
  EXPECT_EQ(any.rules.size(), 2U);
  EXPECT_NE(any.files().at(0).find("sequence: ['json.B:\"1\"', 'json.A:\"1\"']"), std::string::npos);
  EXPECT_EQ(any.notes[0], "r.yml: C: any order became 2 rules, one for each order");

  const auto refused = [&](const std::string& text) { return correlation(text).refused.at(0); };
  EXPECT_EQ(refused("type: value_sum\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1}"),
            "r.yml: C: correlations of the type \"value_sum\" have no counterpart");
  EXPECT_EQ(refused("type: event_count\nrules: [z]\ntimespan: 1m\ncondition: {gte: 1}"),
            "r.yml: C: the rule \"z\" that it names is not there");
  EXPECT_EQ(refused("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {lt: 1}"),
            "r.yml: C: \"lt 1\" has no counterpart: what is not there any more is `absent`");
  EXPECT_EQ(refused("type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: {x: {a: y}}"),
            "r.yml: C: \"aliases\" of a correlation has no counterpart");
}

}  // namespace
}  // namespace longshore::rules
