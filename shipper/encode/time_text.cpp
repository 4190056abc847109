#include "shipper/encode/time_text.hpp"

#include <cstring>

#include "common/base/timestamp.hpp"

namespace longshore::shipper {

void TimeText::format(std::int64_t second) {
  second_ = second;
  const base::Timestamp time{second * kSecond};
  base::format_rfc3339(time, 6, iso_.data());
  const base::Civil civil = base::to_civil(time);
  constexpr char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::memcpy(bsd_.data(), kMonths + (civil.month - 1) * std::size_t{3}, 3);
  bsd_[3] = ' ';
  bsd_[4] = civil.day < 10 ? ' ' : static_cast<char>('0' + civil.day / 10);
  bsd_[5] = static_cast<char>('0' + civil.day % 10);
  bsd_[6] = ' ';
  std::memcpy(bsd_.data() + 7, iso_.data() + 11, 8);
}

}  // namespace longshore::shipper
