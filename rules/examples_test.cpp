// The rules that users begin with.
#include <gtest/gtest.h>

#include <string>

#include "common/base/file_system.hpp"
#include "rules/file/rule_file.hpp"

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

}  // namespace
}  // namespace longshore::rules
