#include "shipper/sinks/daily_budget.hpp"

#include <utility>

namespace longshore::shipper {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

}  // namespace

void DailyBudget::enter_day(base::Timestamp now) {
  const std::int64_t day = now.ns / kDayNs;
  if (day <= day_) return;  // a clock that is set back does not make the budget new
  day_ = day;
  used_ = 0;
  warned_ = false;
}

bool DailyBudget::allows(std::uint64_t bytes, base::Timestamp now) {
  if (limit_ == 0) return true;
  enter_day(now);
  return used_ == 0 || used_ + bytes <= limit_;
}

bool DailyBudget::take(std::uint64_t bytes, base::Timestamp now) {
  enter_day(now);
  used_ += bytes;
  if (limit_ == 0 || warned_ || used_ < limit_ / 5 * 4) return false;
  return std::exchange(warned_, true) == false;
}

base::Duration DailyBudget::until_tomorrow(base::Timestamp now) { return base::Duration(kDayNs - now.ns % kDayNs); }

}  // namespace longshore::shipper
