// The meaning of the query language, as docs/rules/language.md promises it: each of its seven points by example. Both the
// matcher and its slow twin must agree, as far as the twin knows the field.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/match/evaluate_twin.hpp"
#include "rules/match/query_set.hpp"
#include "rules/query/parser.hpp"

namespace longshore::rules {
namespace {

struct NoCaptures : QueryMatcher::CaptureSource {
  Captures* captures_of(QueryId) override { return nullptr; }
};

// An event of sshd on web-1, <38> is auth.info, unless a test says otherwise.
struct Event {
  std::string message;
  std::string app = "sshd";
  std::uint8_t priority = 38;
  std::vector<std::string> tags = {"prod", "abc.xyz"};
};

bool matches(const std::string& query, const Event& from) {
  const EventView event{.time = {1'000'000'000},
                        .priority = from.priority,
                        .message = from.message,
                        .raw = {},
                        .host = "web-1",
                        .app = from.app,
                        .procid = "4711",
                        .msgid = {},
                        .structured_data = R"([origin@32473 ip="10.1.2.3" note="a \"b\""])",
                        .fields = {},
                        .source = "syslog",
                        .tags = from.tags};
  const ParsedQuery parsed = parse_query(query);
  EXPECT_TRUE(parsed.errors.empty()) << query << ": " << (parsed.errors.empty() ? "" : parsed.errors[0].what);
  const ListsByName lists = {{"jump", {"Web-1", "web-2"}}};
  QuerySet set;
  set.add(parsed.tree, lists);
  set.build();
  const Surroundings surroundings;
  NoCaptures none;
  QueryMatcher matcher(set, surroundings, none);
  const bool matched = !matcher.match(event).empty();
  const bool known_to_twin = query.find("priority") == query.npos && query.find("structured") == query.npos;
  EXPECT_TRUE(!known_to_twin || EvaluateTwin(lists).matches(parsed.tree, event) == matched) << query;
  return matched;
}

void expect(const Event& event, const std::vector<std::string>& matching, const std::vector<std::string>& others) {
  for (const std::string& query : matching) EXPECT_TRUE(matches(query, event)) << query << "\n" << event.message;
  for (const std::string& query : others) EXPECT_FALSE(matches(query, event)) << query << "\n" << event.message;
}

TEST(Semantics, OneWordsStandTogetherWithAndAndNotBindsTighterThanAndThanOr) {
  expect({"alpha beta"},
         {"alpha beta", "alpha AND beta", "gamma delta OR alpha", "alpha OR gamma delta", "NOT gamma AND alpha",
          "alpha -gamma", "alpha !gamma", "NOT (gamma OR delta)", "alpha && beta || gamma"},
         {"alpha gamma", "NOT alpha OR gamma", "gamma OR alpha delta", "-alpha", "(gamma OR alpha) AND delta"});
}

TEST(Semantics, TwoWordsAndPhrasesAreWholeTokensOfTheMessageAndOfJsonValues) {
  const Event line{"Failed password for Root from 10.1.2.3 (ssh2)"};
  expect(
      line,
      {"failed", "FAILED", "\"failed password\"", "\"password: for root\"", "10.1.2.3", "\"10.1.2\"", "pass*", "p?ssword"},
      {"fail", "\"password failed\"", "word", "\"failed for\"", "10.1.2.30", "p?word"});
  expect({R"({"user": {"name": "Ada Lovelace"}, "list": ["one two", 3], "path": "C:\\Temp\\new file"})"},
         {"lovelace", "\"ada lovelace\"", "\"one two\"", "\"temp new\""}, {"love", "\"lovelace one\""});
  expect({"rate=[ERR] 17% of 20"}, {"raw:\"[err] 17%\"", "raw:\"RR] 1\"", "\"err 17\""}, {"raw:\"err 17\"", "raw:\"17 %\""});
}

TEST(Semantics, ThreeAFieldIsItsWholeValueOrWholeTokensOfItAndNumbersCompareByValue) {
  const Event json{
      R"({"status": 500, "size": "1e3", "path": "/api/v1/Users", "state": "Not Found", "ids": [7, 8], "q": "5*3\\2"})"};
  expect(
      json,
      {"json.status:500", "json.status:500.0", "json.size:1000", "json.state:\"not found\"", "json.state:found",
       "json.path:users", "json.path:\"/api/v1/users\"", "json.path:\\/api*", "json.path:*v1*", "json.ids:8",
       "json.state:=\"Not Found\"", "json.state:exact(\"Not Found\")", "json.status:[500 TO 599]", "json.status:>=500",
       "json.status<501", "json.size:{999 TO 1000]", "json.state:(missing OR found)", "tag:\"abc.xyz\"", "host:list(jump)"},
      {"json.status:50", "json.state:foun", "json.state:=\"not found\"", "json.state:=Found", "json.path:api*",
       "json.status:{500 TO 599]", "json.status:>500", "json.ids:9", "json.state:[1 TO 9]", "tag:ab", "host:web-10"});
  expect(json, {"json.q:5*3*", "json.q:5\\*3*", "json.q:*\\\\2", "json.q:\"5*3\\\\2\""}, {"json.q:5\\?3*", "json.q:\\**"});
}

TEST(Semantics, FourARegularExpressionMatchesAnywhereUnlessItIsAnchored) {
  const Event line{"GET /cart?id=17 HTTP/1.1"};
  expect(line, {"/cart\\?id=\\d+/", "message:/^GET /", "message:/get/i", "/1\\.1$/", "message:/cart|basket/"},
         {"message:/get/", "message:/^cart/", "/id=\\d{3}/"});
  // Between ^ and $ without more, it is the whole value; a Kelvin sign is a k in another case, and a long s an s.
  expect({R"({"user": {"name": "Ada Lovelace"}, "n": 5})"}, {"/^Ada/", "/lace$/", "/^name$|e$/", "exact(\"Ada Lovelace\")"},
         {"/^Lovelace/", "exact(\"Ada\")"});
  const Event json{R"({"path": "C:\\Tasks.exe", "unit": "Ta\u017f\u212a", "empty": "", "end": "a$"})"};
  expect(json,
         {"json.path:/^C:\\\\Tasks\\.exe$/", "json.path:/^c:\\\\tasks\\.EXE$/i", "json.unit:/^task$/i", "json.empty:/^$/",
          "json.end:/^a\\$$/"},
         {"json.path:/^c:\\\\tasks\\.exe$/", "json.path:/^Tasks\\.exe$/i", "json.path:/^C:\\\\Tasks.exe.$/",
          "json.unit:/^task$/", "json.unit:/^tasks$/i", "json.unit:/^$/i", "json.end:/^a$/", "json.path:/^$/"});
}

TEST(Semantics, FiveSeveritiesAreOrderedByRankHoweverTheyAreNamed) {
  for (const char* query :
       {"syslog.severity:err", "syslog.severity:Error", "syslog.severity:3", "syslog.severity:[Error TO Warning]",
        "syslog.severity:[warning TO err]", "syslog.severity:<=err", "syslog.severity:<warn", "syslog.severity:{crit TO 4}",
        "SYSLOG.Severity:error", "syslog.facility:daemon", "syslog.appName:sshd", "syslog.appname:SSHD",
        "syslog.priority:27"})
    EXPECT_TRUE(matches(query, {.message = "x", .priority = 27})) << query;
  for (const char* query : {"syslog.severity:<err", "syslog.severity:[panic TO crit]", "syslog.severity:>=warning",
                            "syslog.facility:auth", "syslog.severity:info"})
    EXPECT_FALSE(matches(query, {.message = "x", .priority = 27})) << query;
}

TEST(Semantics, SixWhatIsMissingSatisfiesOnlyANegation) {
  const Event json{R"({"user": null, "name": "", "deep": {"a": 1}})"};
  expect(json, {"NOT json.other:x", "-json.other:*", "json.name:*", "json.deep.a:*", "NOT json.user:*", "json.name:/^$/"},
         {"json.other:*", "json.other:x", "json.other:[* TO 5]", "json.other:/^/", "json.user:*",
          "json.other:cidr(0.0.0.0/0)"});
  expect({.message = "x", .priority = 255}, {"NOT syslog.severity:err", "NOT syslog.severity:*"},
         {"syslog.severity:*", "syslog.severity:<=debug"});
}

TEST(Semantics, SevenWhatCannotBeHonouredIsRefused) {
  for (const char* query : {"timeuot~", "timeout~2", "\"a b\"~10", "error^4", "(a OR b)^2", "/(?=x)y/", "/(a)\\1/"})
    EXPECT_EQ(parse_query(query).errors.size(), 1U) << query;
}

TEST(Semantics, AddressesAndStructuredDataHaveTheirOwnFields) {
  expect({"x"},
         {"syslog.structured.origin@32473.ip:cidr(10.0.0.0/8)",
          "syslog.structured.origin@32473.ip:cidr(192.0.2.0/24, 10.1.2.3)",
          "syslog.structured.origin@32473.note:\"a \\\"b\\\"\"", "syslog.procid:4711", "source:syslog", "host:web-1", "*"},
         {"syslog.structured.origin@32473.ip:cidr(10.2.0.0/16)", "host:cidr(10.0.0.0/8)", "syslog.msgid:*", "NOT *"});
}

}  // namespace
}  // namespace longshore::rules
