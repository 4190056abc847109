#include "rules/alert/alias.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace longshore::rules {
namespace {

using Group = std::vector<std::string>;

TEST(Alias, IsReadable) {
  EXPECT_EQ(alert_alias("oom", "web-1", Group{}), "oom|web-1");
  EXPECT_EQ(alert_alias("sshd", "web-1", Group{"192.0.2.7", "röt"}), "sshd|web-1|192.0.2.7|röt");
  EXPECT_EQ(alert_alias("sshd", std::nullopt, Group{"192.0.2.7"}), "sshd|192.0.2.7");
}

TEST(Alias, NoTwoGroupsShareOne) {
  std::set<std::string> seen;
  const std::vector<Group> groups = {{"a|b"},        {"a", "b"},     {"a\\|b"}, {"a\\", "b"},
                                     {"", "a", "b"}, {"a", "b", ""}, {"a\xFF"}, {"a\\xff"},
                                     {"a\n"},        {"a "},         {},        {""}};
  for (const Group& group : groups) EXPECT_TRUE(seen.insert(alert_alias("r", "h", group)).second) << seen.size();
}

TEST(Alias, ALongOneIsCutAndHashed) {
  const std::string longest(kLongestAlias - 2, 'x');
  EXPECT_EQ(alert_alias("r", std::nullopt, Group{longest}), "r|" + longest);
  const std::string a = alert_alias("r", std::nullopt, Group{longest + "a"});
  const std::string b = alert_alias("r", std::nullopt, Group{longest + "b"});
  EXPECT_EQ(a.size(), kLongestAlias);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.substr(0, 479), b.substr(0, 479));
}

TEST(Alias, TheHashNeverChanges) {
  const std::string alias = alert_alias("r", std::nullopt, Group{std::string(600, 'x')});
  EXPECT_EQ(alias.substr(479), "#7f2fada5ec42c8de95f9c36a481d7b43");
}

TEST(Alias, ACutKeepsCharactersWhole) {
  std::string value;
  for (int i = 0; i < 300; ++i) value += "ü";
  const std::string alias = alert_alias("rr", std::nullopt, Group{value});
  EXPECT_LE(alias.size(), kLongestAlias);
  EXPECT_EQ(alias[alias.find('#') - 1], "ü"[1]);
}

}  // namespace
}  // namespace longshore::rules
