#include "rotator/schedule/calendar.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "rotator/schedule/calendar_twin.hpp"

namespace longshore::rotator {
namespace {

using base::Timestamp;
using base::Zone;

Timestamp at(const char* text) { return base::parse_rfc3339(text).value(); }
Zone zone(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return Zone::from_tzif(bytes, name).value();
}
std::string next(Calendar calendar, const char* last, const Zone& where = Zone::utc()) {
  const Timestamp time = next_boundary(calendar, at(last), where);
  return time == base::kNever ? "never" : base::format_rfc3339(time, 0);
}

TEST(Calendar, PausesAndPeriods) {
  EXPECT_EQ(next({.period = Period::none}, "2026-11-27T05:49:05Z"), "never");
  EXPECT_EQ(next({.period = Period::seconds, .count = 30}, "2026-11-27T05:49:05Z"), "2026-11-27T05:49:35Z");
  EXPECT_EQ(next({.period = Period::minutes, .count = 5}, "2026-11-27T05:49:05Z"), "2026-11-27T05:54:05Z");
  EXPECT_EQ(next({.period = Period::hourly}, "2026-11-27T05:49:05Z"), "2026-11-27T06:00:00Z");
  EXPECT_EQ(next({.period = Period::hourly}, "2026-11-27T06:00:00Z"), "2026-11-27T07:00:00Z");
  EXPECT_EQ(next({.period = Period::daily}, "2026-12-31T23:59:59Z"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(next({.period = Period::weekly, .weekday = 0}, "2026-11-27T05:49:05Z"), "2026-11-29T00:00:00Z");  // a Friday
  EXPECT_EQ(next({.period = Period::weekly, .weekday = 5}, "2026-11-27T05:49:05Z"), "2026-12-04T00:00:00Z");
  EXPECT_EQ(next({.period = Period::weekly, .weekday = 7}, "2026-11-27T05:49:05Z"), "2026-12-04T00:00:00Z");
  EXPECT_EQ(next({.period = Period::monthly}, "2026-11-27T05:49:05Z"), "2026-12-01T00:00:00Z");
  EXPECT_EQ(next({.period = Period::monthly, .day = 31}, "2026-11-27T05:49:05Z"), "2026-11-30T00:00:00Z");
  EXPECT_EQ(next({.period = Period::monthly, .day = 31}, "2026-12-31T00:00:00Z"), "2027-01-31T00:00:00Z");
  EXPECT_EQ(next({.period = Period::monthly, .day = 31}, "2028-01-31T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next({.period = Period::yearly}, "2026-11-27T05:49:05Z"), "2027-01-01T00:00:00Z");
}

TEST(Calendar, MidnightIsThatOfTheZoneAlsoWhereTheClockChanges) {
  const Zone zurich = zone("Europe/Zurich");
  EXPECT_EQ(next({.period = Period::daily}, "2026-03-28T12:00:00Z", zurich), "2026-03-28T23:00:00Z");
  EXPECT_EQ(next({.period = Period::daily}, "2026-03-28T23:00:00Z", zurich), "2026-03-29T22:00:00Z");  // 23 hours
  EXPECT_EQ(next({.period = Period::daily}, "2026-10-24T22:00:00Z", zurich), "2026-10-25T23:00:00Z");  // 25 hours
  EXPECT_EQ(next({.period = Period::hourly}, "2026-10-25T00:30:00Z", zurich),
            "2026-10-25T01:00:00Z");  // 02:30 the first time
  EXPECT_EQ(next({.period = Period::hourly}, "2026-10-25T01:30:00Z", zurich),
            "2026-10-25T02:00:00Z");  // 02:30 the second time
  EXPECT_EQ(next({.period = Period::hourly}, "2026-03-29T00:30:00Z", zurich), "2026-03-29T01:00:00Z");  // 02:00 is 03:00
  // Midnight itself is left out (Beirut), or comes twice (Havana).
  EXPECT_EQ(next({.period = Period::daily}, "2026-03-28T12:00:00Z", zone("Asia/Beirut")), "2026-03-28T22:00:00Z");
  EXPECT_EQ(next({.period = Period::daily}, "2026-10-31T12:00:00Z", zone("America/Havana")), "2026-11-01T04:00:00Z");
  EXPECT_EQ(next({.period = Period::daily}, "2026-11-01T04:00:00Z", zone("America/Havana")), "2026-11-02T05:00:00Z");
}

TEST(Calendar, ItsWords) {
  EXPECT_EQ(calendar_text({.period = Period::seconds, .count = 30}), "every 30 seconds");
  EXPECT_EQ(calendar_text({.period = Period::weekly, .weekday = 1}), "weekly on Monday");
  EXPECT_EQ(calendar_text({.period = Period::monthly, .day = 5}), "monthly on day 5");
}

TEST(Calendar, EqualsItsTwinAtRandomMoments) {
  std::mt19937_64 random(4);
  for (const Zone& where :
       {Zone::utc(), zone("Europe/Zurich"), zone("America/New_York"), Zone::from_offset("+05:30").value()}) {
    for (const Period period : {Period::hourly, Period::daily, Period::weekly, Period::monthly}) {
      for (int i = 0; i < 40; ++i) {
        const Calendar calendar{.period = period, .count = 1, .weekday = static_cast<unsigned>(random() % 7), .day = 1};
        const Timestamp last{1'767'225'600'000'000'000 +
                             static_cast<std::int64_t>(random() % (365ULL * 86'400'000)) * 1'000'000};
        const Timestamp ours = next_boundary(calendar, last, where), twins = next_boundary_twin(calendar, last, where);
        // logrotate sees no new hour where one comes twice; there we rotate an hour earlier.
        const bool repeated = period == Period::hourly && twins - ours == std::chrono::hours(1) &&
                              where.to_local(ours + std::chrono::hours(-1)) == where.to_local(ours);
        EXPECT_TRUE(ours == twins || repeated) << base::format_rfc3339(last) << " " << base::format_rfc3339(ours) << " "
                                               << base::format_rfc3339(twins) << " " << calendar_text(calendar);
      }
    }
  }
}

}  // namespace
}  // namespace longshore::rotator
