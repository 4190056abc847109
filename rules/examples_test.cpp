// The rules and queries that users begin with: rules/examples, and what stands in docs/rules.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "common/base/file_system.hpp"
#include "rules/file/rule_file.hpp"
#include "rules/file/rules_for_test.hpp"
#include "rules/query/parser.hpp"

namespace longshore::rules {
namespace {

RuleSet examples() {
  base::PosixFileSystem files;
  return load_rules(std::string(LONGSHORE_SOURCE) + "/rules/examples", files);
}

TEST(Examples, AreWithoutFault) {
  const RuleSet set = examples();
  EXPECT_EQ(set.problems, "");
  EXPECT_EQ(set.warnings, "");
  EXPECT_EQ(set.hints, "");
  EXPECT_GE(set.rules.size(), 50U);
}

TEST(Examples, EveryRuleHasATestThatOpensIt) {
  for (const RuleSpec& rule : examples().rules) {
    bool opens = false;
    for (const TestSpec& test : rule.tests) opens |= !test.expect.empty() && test.expect[0].kind == AlertChange::Kind::open;
    EXPECT_TRUE(opens) << rule.id;
  }
}

// What stands between "```KIND" and "```".
std::vector<std::string> blocks(const std::string& page, const std::string& kind) {
  std::ifstream file(std::string(LONGSHORE_SOURCE) + "/docs/rules/" + page);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string begin = "\n```" + kind + "\n";
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;) {
    at += begin.size();
    out.push_back(text.substr(at, text.find("```", at) - at));
  }
  return out;
}

TEST(Examples, OfTheDocumentationAreWithoutProblem) {
  const auto yaml = blocks("rules.md", "yaml");
  ASSERT_EQ(yaml.size(), 3U);
  for (const std::string& text : yaml) {
    const std::string name = text.starts_with("# mutes/") ? "mutes/m.yaml" : "r.yaml";
    const RuleSet set = RulesForTest().with(name, text).load();
    EXPECT_EQ(set.problems, "") << text;
    EXPECT_GE(set.rules.size() + set.mutes.size(), 1U);
  }
  const auto queries = blocks("language.md", "text");
  ASSERT_EQ(queries.size(), 1U);
  std::istringstream lines(queries[0]);
  for (std::string line; std::getline(lines, line);)
    for (const QueryProblem& problem : parse_query(line).errors) ADD_FAILURE() << line << ": " << problem.what;
}

}  // namespace
}  // namespace longshore::rules
