#include "shipper/sinks/daily_budget.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kMidnight{1'795'392'000'000'000'000};  // 2026-11-23T00:00:00Z

TEST(DailyBudget, HoldsWhenTheNextBodyWouldPassItUntilMidnight) {
  DailyBudget budget(base::Bytes{100});
  EXPECT_TRUE(budget.allows(60, kMidnight + 1h));
  budget.take(60, kMidnight + 1h);
  EXPECT_FALSE(budget.allows(41, kMidnight + 2h));
  EXPECT_TRUE(budget.allows(40, kMidnight + 2h));
  EXPECT_TRUE(budget.allows(41, kMidnight + 24h));
  EXPECT_EQ(DailyBudget::until_tomorrow(kMidnight + 2h), 22h);
}

TEST(DailyBudget, WarnsOnceADayAtFourFifths) {
  DailyBudget budget(base::Bytes{100});
  EXPECT_FALSE(budget.take(79, kMidnight));
  EXPECT_TRUE(budget.take(1, kMidnight));
  EXPECT_FALSE(budget.take(10, kMidnight));
  EXPECT_TRUE(budget.take(95, kMidnight + 24h));
}

TEST(DailyBudget, AClockSetBackDoesNotRenewIt) {
  DailyBudget budget(base::Bytes{100});
  budget.take(100, kMidnight);
  EXPECT_FALSE(budget.allows(1, kMidnight - 1h));
}

TEST(DailyBudget, WithoutALimitEverythingIsAllowed) {
  DailyBudget budget(base::Bytes{0});
  EXPECT_FALSE(budget.take(1ULL << 40, kMidnight));
  EXPECT_TRUE(budget.allows(1ULL << 40, kMidnight));
}

TEST(DailyBudget, ABodyLargerThanTheBudgetGoesOutOnAFreshDay) {
  DailyBudget budget(base::Bytes{100});
  EXPECT_TRUE(budget.allows(500, kMidnight));
}

}  // namespace
}  // namespace longshore::shipper
