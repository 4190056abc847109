#include "rotator/daemon/status.hpp"

#include <gmock/gmock.h>

#include "rotator/daemon/keeper_for_test.hpp"
#include "rotator/daemon/plan.hpp"

namespace longshore::rotator {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(Status, TheTableIsMadeOfTheJson) {
  KeeperForTest host;
  host.append("with \"quotes\" and\nlines.log", "x\n");
  host.append("a.log-20261120-000000.gz", "x");
  host.configure("volumes: [{path: DIR, keep_free: 1kB}]\nrules: [{paths: [DIR/*.log], keep: 5}]");
  host.pass(24h);
  const std::string json = status_json(*host.keeper, host.now);
  const auto table = status_table(json, 400);
  ASSERT_TRUE(table) << json;
  EXPECT_THAT(*table, HasSubstr("wanted"));
  EXPECT_THAT(*table, HasSubstr("1 rotations, 0 failed"));
  EXPECT_THAT(*table, HasSubstr("/a.log"));
  EXPECT_THAT(metrics_text(*host.keeper), HasSubstr("longshore_rotator_rotations_total 1\n"));
  for (const char* wrong : {"", "[]", "{}", "{\"logs\":[{}],\"counts\":{},\"problems\":[],\"disks\":[]}"})
    EXPECT_EQ(status_table(wrong, 80).error().code, base::Code::corrupt) << wrong;
}

TEST(Plan, IsWhatThenHappens) {
  KeeperForTest host;
  host.append("a.log", std::string(5000, 'x'));
  host.append("b.log", "y\n");
  host.append("b.log-20261126-000000", "z\n");
  for (const char* name : {"a.log-20261101-000000.gz", "a.log-20261102-000000.gz"}) host.append(name, "z\n");
  host.configure("rules: [{paths: [DIR/*.log], how: rename, after: 'true', max_size: 4KiB, keep: 1}]");
  const auto plan = make_plan(survey(*host.rules), *host.rules, host.now, base::Zone::utc());
  std::map<std::string, int> now;
  for (const PlanItem& item : plan)
    if (item.when <= host.now && item.action != PlanItem::Action::wait)
      ++now[std::string(item.path).substr(host.folder.path().size() + 1)];
  EXPECT_EQ(now, (std::map<std::string, int>{
                     {"a.log", 1}, {"a.log-20261101-000000.gz", 1}, {"b.log", 1}, {"b.log-20261126-000000", 1}}));
  host.pass(1s);
  const auto names = host.names();
  EXPECT_FALSE(std::ranges::binary_search(names, "a.log-20261101-000000.gz"));
  EXPECT_EQ(host.read("a.log") + host.read("b.log"), "");
}

}  // namespace
}  // namespace longshore::rotator
