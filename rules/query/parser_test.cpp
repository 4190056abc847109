#include "rules/query/parser.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

// The tree in its printed form; of a query that is refused, "column: what".
std::string read(std::string_view text) {
  const ParsedQuery parsed = parse_query(text);
  if (!parsed.errors.empty()) return std::to_string(parsed.errors[0].begin + 1) + ": " + parsed.errors[0].what;
  return print_query(parsed.tree);
}

struct Case {
  const char* text;
  const char* tree;
};

TEST(Query, EveryFormIsRead) {
  for (const Case& c : std::initializer_list<Case>{
           // words and phrases
           {"timeout", "\"timeout\""},
           {"TimeOut", "\"timeout\""},
           {"\"connection refused\"", "\"connection-refused\""},
           {"conn-refused", "\"conn-refused\""},
           {"event_*", "\"event\""},
           {"event_4*", "event-4*"},
           {"pay?ent*", "pay?ent*"},
           {"\"50% of *\"", "\"50-of\""},
           {"\"a \\\"b\\\" c\"", "\"a-b-c\""},
           {"raw:\"[ERR] 17%\"", "raw:\"[err] 17%\""},
           {"*", "*"},
           // fields
           {"tag:prod", "tag:\"prod\""},
           {"tag:\"abc.xyz\"", "tag:\"abc.xyz\""},
           {"syslog.appName:sshd", "syslog.appname:\"sshd\""},
           {"SYSLOG.Host:\"*\"", "host:\"*\""},
           {"json.user.id:17", "json.user.id:\"17\""},
           {"json.level:*", "json.level:*"},
           {"docker.name:web-*", "docker.name:web-*"},
           {"apache.status:404", "apache.status:\"404\""},
           {"status:=OK", "status:=\"OK\""},
           {"json.name:exact(\"Ärger\")", "json.name:=\"Ärger\""},
           {"exact(Boom)", "exact(\"Boom\")"},
           {"http://example.net/x", "\"http-example-net-x\""},
           {"10.0.0.1:8080", "\"10-0-0-1-8080\""},
           // severities and facilities
           {"syslog.severity:err", "syslog.severity:\"3\""},
           {"syslog.severity:Panic", "syslog.severity:\"0\""},
           {"syslog.facility:local7", "syslog.facility:\"23\""},
           {"syslog.severity:[Error TO Warning]", "syslog.severity:[\"3\" TO \"4\"]"},
           {"syslog.severity:[warning TO error]", "syslog.severity:[\"3\" TO \"4\"]"},
           {"syslog.severity:<=err", "syslog.severity:[* TO \"3\"]"},
           // ranges and comparisons
           {"apache.status:[500 TO 599]", "apache.status:[\"500\" TO \"599\"]"},
           {"json.ms:{100 TO *}", "json.ms:{\"100\" TO *}"},
           {"json.ms:[-5 TO 5}", "json.ms:[\"-5\" TO \"5\"}"},
           {"json.ms>=250", "json.ms:[\"250\" TO *]"},
           {"json.ms:>250", "json.ms:{\"250\" TO *]"},
           {"json.ms<2.5", "json.ms:[* TO \"2.5\"}"},
           // functions
           {"cap.ip:cidr(10.0.0.0/8, ::1)", "cap.ip:cidr(10.0.0.0/8,::1)"},
           {"host:list(databases)", "host:list(databases)"},
           // regular expressions
           {"/fail(ed|ure)/", "/fail(ed|ure)/"},
           {"message:/a\\/b/i", "message:/a\\/b/i"},
           {"json.path:/^\\/api\\d/", "json.path:/^\\/api\\d/"},
           // operators: NOT before AND before OR
           {"a b", "(\"a\" AND \"b\")"},
           {"a AND b OR c", "((\"a\" AND \"b\") OR \"c\")"},
           {"a OR b c", "(\"a\" OR (\"b\" AND \"c\"))"},
           {"a && b || !c", "((\"a\" AND \"b\") OR NOT \"c\")"},
           {"a -\"return to FE\"", "(\"a\" AND NOT \"return-to-fe\")"},
           {"+a +b", "(\"a\" AND \"b\")"},
           {"NOT NOT a", "NOT NOT \"a\""},
           {"NOT (a OR b)", "NOT (\"a\" OR \"b\")"},
           {"json.x:(a OR b OR NOT c)", "(json.x:\"a\" OR json.x:\"b\" OR NOT json.x:\"c\")"},
           {"tag:(\"a b\" /c/)", "(tag:\"a b\" AND tag:/c/)"},
           {"(((a)))", "\"a\""},
           {"and or not", "(\"and\" AND \"or\" AND \"not\")"},
           {"ORDER", "\"order\""},
           // escapes
           {"tag:a\\ b", "tag:\"a b\""},
           {"file.path:\\/var\\/log\\/*", "file.path:\\/var\\/log\\/*"},
           {"json.q:*\\*\\?*", "json.q:*\\*\\?*"},
           {"json.path:c:\\\\*", "json.path:c:\\\\*"},
           {"json.q:5\\*3", "json.q:\"5*3\""},
           {"a\\*b*", "a-b*"},
       })
    EXPECT_EQ(read(c.text), c.tree) << c.text;
}

TEST(Query, WhatCannotBeHonouredIsRefusedWithWhatToDo) {
  for (
      const Case& c : std::initializer_list<Case>{
          {"", "1: the query is empty; `*` matches every event"},
          {"a AND timeuot~2",
           "14: fuzzy and proximity search are not possible: write the variants out with OR, or a /regex/"},
          {"\"a b\"~10", "6: fuzzy and proximity search are not possible: write the variants out with OR, or a /regex/"},
          {"a^4 b", "2: a boost changes nothing about which events match: leave it out"},
          {"(a OR b)^2", "9: a boost changes nothing about which events match: leave it out"},
          {"a~b", "1: \"~\" has to be written as \\~ or in quotes"},
          {"/(?=x)y/",
           "1: look-around is not possible: match the other part with a query of its own, joined by AND or AND NOT"},
          {"/(a)\\1/", "1: back references are not possible: write both parts out"},
          {"/a(/", "1: missing ): a("},
          {"/abc", "1: the regular expression has no closing \"/\""},
          {"x AND \"abc", "7: the phrase has no closing quote"},
          {"(a OR b", "1: this parenthesis is not closed"},
          {"a OR b)", "7: unexpected \")\""},
          {"a AND", "6: AND has nothing behind it"},
          {"a OR", "5: a term is missing here"},
          {"a NOT", "3: NOT has nothing behind it"},
          {"()", "2: a term is missing here"},
          {"tag:", "1: the field has no value; `field:*` asks whether it is there"},
          {"(tag:)", "2: the field has no value; `field:*` asks whether it is there"},
          {"mesage:x", "1: unknown field \"mesage\", did you mean \"message\"?"},
          {"syslog.severty:err", "1: unknown field \"syslog.severty\", did you mean \"syslog.severity\"?"},
          {"syslog.severity:bad",
           "1: \"bad\" is no severity: emergency, alert, critical, error, warning, notice, informational, debug, or 0 to 7"},
          {"syslog.facility:x", "1: \"x\" is no facility: kern, user, mail, daemon, auth … local7, or 0 to 23"},
          {"[1 TO 5]", "1: a range needs a field: `field:[1 TO 5]`"},
          {"json.a:[1 5]", "1: a range is written `[low TO high]`"},
          {"json.a:[1 TO 5", "1: the range is not closed with ] or }"},
          {"host:cidr(10.0.0.0/40)", "1: \"10.0.0.0/40\" is no network; one is written 10.0.0.0/8 or 2001:db8::/32"},
          {"cidr(10.0.0.0/8)", "1: cidr(…) needs a field before it"},
          {"tag:list()", "1: the list's name is missing"},
          {"tag:list(a,b)", "1: list() takes one name"},
          {"%%%", "1: there is no letter or digit in it, so full-text search cannot find it; raw:\"…\" looks for any bytes"},
          {"json.ms < 5",
           "9: there is no letter or digit in it, so full-text search cannot find it; raw:\"…\" looks for any bytes"},
      })
    EXPECT_EQ(read(c.text), c.tree) << c.text;
}

TEST(Query, AMixOfAndAndOrWithoutParenthesesIsWarnedOf) {
  EXPECT_EQ(parse_query("a AND b OR c").warnings.size(), 1U);
  EXPECT_EQ(parse_query("(a AND b) OR c").warnings.size(), 0U);
  EXPECT_EQ(parse_query("a b OR c").warnings.size(), 0U) << "as search boxes are used";
  EXPECT_EQ(parse_query("a OR b OR c").warnings.size(), 0U);
}

TEST(Query, ANodeKnowsItsBytesInTheText) {
  const std::string text = "tag:prod AND (  timeout OR NOT refused )";
  const ParsedQuery parsed = parse_query(text);
  const Node& either = parsed.tree.children.at(1);
  const auto bytes = [&](const Node& node) { return text.substr(node.begin, node.end - node.begin); };
  EXPECT_EQ(bytes(parsed.tree.children[0]), "tag:prod");
  EXPECT_EQ(bytes(either.children.at(0)), "timeout");
  EXPECT_EQ(bytes(either.children.at(1).children.at(0)), "refused");
}

TEST(Query, SizesAreLimited) {
  EXPECT_EQ(read(std::string(70'000, 'a')), "1: the query is longer than 64 KiB");
  EXPECT_NE(read(std::string(5000, '(') + "a" + std::string(5000, ')')).find("nested deeper"), std::string::npos);
  std::string many = "a";
  for (int i = 0; i < 1000; ++i) many += " a";
  EXPECT_NE(read(many).find("more than 1,000 terms"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 3000; ++i) nots += "NOT ";
  EXPECT_NE(read(nots + "a").find("nested deeper"), std::string::npos);
}

// Random queries from pieces: whatever is read prints to something that is read back to the same; nothing crashes.
TEST(Query, WhatIsPrintedIsReadBackToTheSame) {
  const std::vector<std::string> pieces = {"a",
                                           "\"x y\"",
                                           "tag:b",
                                           "json.n:[1 TO 5}",
                                           "NOT",
                                           "-",
                                           "OR",
                                           "AND",
                                           "(",
                                           ")",
                                           "/r+\\/s/i",
                                           "json.v>=3",
                                           "host:*",
                                           "*",
                                           "w?ld*",
                                           "raw:\"%\"",
                                           "syslog.severity:err",
                                           "json.x:(",
                                           "\\(",
                                           "é",
                                           "cap.ip:cidr(10.0.0.0/8)",
                                           "tag:list(l)",
                                           "f:=\"A\\\"b\"",
                                           "docker.name:a*\\ b",
                                           "x-y*",
                                           "json.q:\\**\\\\\\?"};
  std::mt19937_64 random(7);
  int read_well = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (auto n = 1 + random() % 8; n > 0; --n) text += pieces[random() % pieces.size()] + (random() % 5 == 0 ? "" : " ");
    const ParsedQuery parsed = parse_query(text);
    if (!parsed.errors.empty()) continue;
    ++read_well;
    const std::string printed = print_query(parsed.tree);
    ASSERT_EQ(read(printed), printed) << text;
  }
  EXPECT_GT(read_well, 800);
}

}  // namespace
}  // namespace longshore::rules
