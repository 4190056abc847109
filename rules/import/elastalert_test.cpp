#include "rules/import/elastalert.hpp"

#include <gtest/gtest.h>

#include <string>

#include "rules/import/elastalert_filter.hpp"
#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

// The rule's YAML without its head and its alert; of one that is refused, why.
std::string rule(const std::string& text) {
  const ImportResult result = import_elastalert({{"r.yaml", "name: R\nfilter: [{term: {a: x}}]\n" + text}});
  if (!result.refused.empty()) return result.refused[0].substr(std::string("r.yaml: R: ").size());
  std::string out = result.files().at(0);
  const auto cut = [&](const std::string& from, const std::string& until) {
    for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos;)
      out.erase(at, std::min(out.find(until, at), out.size()) - at);
  };
  out.erase(0, out.find('\n') + 1);
  cut("# ", "- rule");
  cut("  alert:", "- rule");
  return out;
}
const std::string kHead = "- rule: elastalert-r\n  match: 'json.a:\"x\"'\n";

TEST(ElastAlert, EveryTypeThatHasACounterpartBecomesIt) {
  EXPECT_EQ(rule("type: any"), kHead);
  EXPECT_EQ(
      rule("type: frequency\nnum_events: 50\ntimeframe: {minutes: 30, hours: 1}\nquery_key: [u.keyword, source.ip]"),
      kHead.substr(0, kHead.size()) +
          "  group_by: [json.u, json.source.ip]\n  when:\n    count: '>= 50'\n    within: 1h30m\n  open: {keep: 1h30m}\n");
  EXPECT_EQ(rule("type: blacklist\ncompare_key: u\nblacklist: [Eve, Mallory]"),
            "- rule: elastalert-r\n  match: '(json.a:\"x\" AND (json.u:=\"Eve\" OR json.u:=\"Mallory\"))'\n");
  EXPECT_EQ(rule("type: whitelist\ncompare_key: u\nwhitelist: [Ann]\nignore_null: true"),
            "- rule: elastalert-r\n  match: '((json.a:\"x\" AND json.u:*) AND NOT json.u:=\"Ann\")'\n");
  EXPECT_EQ(rule("type: flatline\nthreshold: 1\ntimeframe: {minutes: 5}"), kHead + "  when:\n    absent: 5m\n");
  EXPECT_EQ(rule("type: cardinality\ncardinality_field: u\nmax_cardinality: 9\ntimeframe: {minutes: 5}"),
            kHead + "  when:\n    distinct: {field: json.u, count: '> 9'}\n    within: 5m\n");
  EXPECT_EQ(rule("type: spike\nspike_height: 3\nspike_type: up\nthreshold_cur: 5\ntimeframe: {minutes: 5}"),
            kHead + "  when:\n    rate: '>= 3x'\n    min: 5\n    within: 5m\n");
  EXPECT_NE(rule("type: spike\nspike_height: 4\nspike_type: both\ntimeframe: {minutes: 5}").find("rate: '<= 0.250000x'"),
            std::string::npos);
  EXPECT_EQ(rule("type: new_term\nfields: [ip]\nterms_window_size: {days: 90}"),
            kHead + "  when:\n    first_seen: json.ip\n    remember: 90d\n");
  EXPECT_EQ(rule("type: percentage_match\nmatch_bucket_filter: [{terms: {s: [200]}}]\nmin_percentage: 95\nbuffer_time: "
                 "{minutes: 5}\nmin_denominator: 10"),
            kHead + "  when:\n    ratio: {of: 'json.s:\"200\"', share: '< 95%'}\n    min: 10\n    within: 5m\n");
}

TEST(ElastAlert, WhatHasNoCounterpartIsRefusedWithTheReason) {
  EXPECT_EQ(rule("type: change\ncompare_key: c"), "rules of the type \"change\" have no counterpart");
  EXPECT_EQ(rule("type: metric_aggregation"), "rules of the type \"metric_aggregation\" have no counterpart");
  EXPECT_EQ(rule("type: flatline\nthreshold: 5\ntimeframe: {minutes: 5}"),
            "too few events, but some, have no counterpart: `absent` is for none at all");
  EXPECT_EQ(rule("type: frequency\ntimeframe: {minutes: 5}"), "has no \"num_events\"");
  EXPECT_EQ(rule("type: frequency\nnum_events: 5\ntimeframe: {moons: 5}"), "\"timeframe\" is no time");
  EXPECT_EQ(rule("type: blacklist\ncompare_key: u\nblacklist: ['!file /etc/list']"),
            "its list stands in a file of its own: write list(NAME) by hand");
  EXPECT_EQ(rule("type: any\nis_enabled: false"), "is switched off");
}

TEST(ElastAlert, WhatIsLeftOutIsNamed) {
  const ImportResult result = import_elastalert(
      {{"r.yaml",
        "name: R\ntype: any\nindex: logs-*\nalert: [opsgenie]\nrealert: {minutes: 5}\nopsgenie_priority: P1\n"
        "opsgenie_teams: [infra]\nopsgenie_tags: [prod]\n"}});
  EXPECT_EQ(result.notes, std::vector<std::string>{"r.yaml: R: not carried over: alert, realert"});
  EXPECT_EQ(result.files().at(0),
            "rules:\n# r.yaml: R\n- rule: elastalert-r\n  match: '*'\n  alert:\n    priority: P1\n    message: 'R on "
            "{host.name}'\n    tags: [prod, \"index:logs-*\"]\n    responders: [\"team:infra\"]\n");
}

std::string query_string(const std::string& text) {
  const auto tree = elastic_query_string(text);
  return tree ? print_query(*tree) : tree.error();
}

TEST(ElastAlert, AQueryStringKeepsItsMeaning) {
  EXPECT_EQ(query_string("field: value"), "json.field:\"value\"");
  EXPECT_EQ(query_string("type:login AND NOT (user.name.keyword:\"a b\" OR status:[500 TO 599])"),
            "(json.type:\"login\" AND NOT (json.user.name:\"a b\" OR json.status:[\"500\" TO \"599\"]))");
  EXPECT_EQ(query_string("@message: *hihi*"), "message:*hihi*");
  EXPECT_EQ(query_string("_exists_:user AND \"a: b\""), "(json.user:* AND \"a-b\")");
  EXPECT_EQ(query_string("timeout refused"), "(\"timeout\" OR \"refused\")") << "words side by side are an OR";
  EXPECT_EQ(query_string("a:(x y)"), "(json.a:\"x\" OR json.a:\"y\")");
  EXPECT_NE(query_string("a b AND c").find("set AND and OR"), std::string::npos);
  EXPECT_NE(query_string("a AND b OR c").find("set parentheses"), std::string::npos);
  EXPECT_NE(query_string("a:/x.*/").find("regular expression of Lucene"), std::string::npos);
  EXPECT_NE(query_string("a~2").find("fuzzy"), std::string::npos);
}

TEST(ElastAlert, FiltersAreReadAsElasticsearchDoes) {
  const auto match = [](const std::string& filter) {
    const ImportResult result = import_elastalert({{"r.yaml", "name: R\ntype: any\nfilter: [" + filter + "]\n"}});
    if (!result.refused.empty()) return result.refused[0].substr(std::string("r.yaml: R: ").size());
    const std::size_t at = result.files().at(0).find("match: '") + 8;
    return result.files().at(0).substr(at, result.files().at(0).find("'\n", at) - at);
  };
  EXPECT_EQ(match("{terms: {s: [a, b]}}"), "(json.s:\"a\" OR json.s:\"b\")");
  EXPECT_EQ(match("{range: {s: {gte: 500, lt: 600}}}, {exists: {field: t}}"), "(json.s:[\"500\" TO \"600\"} AND json.t:*)");
  EXPECT_EQ(match("{bool: {must: [{term: {a: 1}}], must_not: {term: {b: 2}}, should: {term: {c: 3}}}}"),
            "(json.a:\"1\" AND NOT json.b:\"2\")");
  EXPECT_EQ(match("{bool: {should: [{term: {a: 1}}, {term: {b: 2}}]}}"), "(json.a:\"1\" OR json.b:\"2\")");
  EXPECT_EQ(match("{not: {prefix: {a: Ab}}}, {wildcard: {b: {value: 'x*y'}}}"), "(NOT json.a:ab* AND json.b:x*y)");
  EXPECT_EQ(match("{match_phrase: {message: 'a b'}}"), "message:\"a-b\"");
  EXPECT_EQ(match("{query: {query_string: {query: 'a: b'}}}"), "json.a:\"b\"");
  EXPECT_EQ(match("{match: {a: 'x y'}}"),
            "\"match\" with several words matches any of them: write them out with OR, or take match_phrase");
  EXPECT_EQ(match("{range: {t: {gt: now-1h}}}"), "\"now-1h\" is no number to compare with");
  EXPECT_EQ(match("{geo_distance: {}}"), "the filter \"geo_distance\" has no counterpart");
  EXPECT_EQ(match("{term: {_type: x}}"), "\"_type\" is no field of a line");
}

}  // namespace
}  // namespace longshore::rules
