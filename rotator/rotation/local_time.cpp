#include "rotator/rotation/local_time.hpp"

#include <time.h>

namespace longshore::rotator {

Moment local_moment(base::Timestamp time) {
  const time_t seconds = time.ns / 1'000'000'000;
  struct tm local = {};
  ::localtime_r(&seconds, &local);
  Moment moment{.at = time, .local = {}};
  moment.local.year = local.tm_year + 1900;
  moment.local.month = static_cast<unsigned>(local.tm_mon + 1);
  moment.local.day = static_cast<unsigned>(local.tm_mday);
  moment.local.hour = static_cast<unsigned>(local.tm_hour);
  moment.local.minute = static_cast<unsigned>(local.tm_min);
  moment.local.second = static_cast<unsigned>(local.tm_sec);
  return moment;
}

}  // namespace longshore::rotator
