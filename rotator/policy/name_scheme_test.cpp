#include "rotator/policy/name_scheme.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longshore::rotator {
namespace {

using ::testing::ElementsAre;

Moment at(int year, unsigned month, unsigned day, unsigned hour = 0, unsigned minute = 0, unsigned second = 0) {
  base::Civil time;
  time.year = year, time.month = month, time.day = day, time.hour = hour, time.minute = minute, time.second = second;
  return {base::from_civil(time), time};
}
const Moment kNow = at(2026, 11, 27, 5, 49, 5);

std::vector<std::string> found(const NameScheme& scheme, const std::vector<std::string>& names) {
  std::vector<std::string> archives;
  for (const Archive& archive : scheme.archives(names)) archives.push_back(archive.name);
  return archives;
}
Policy dated(const std::string& format = "") {
  Policy policy;
  policy.date_extension = true;
  policy.date_format = format;
  return policy;
}

TEST(NameSchemeTest, Numbers) {
  const NameScheme scheme(Policy{}, "a.log");
  EXPECT_EQ(scheme.numbered(3), "a.log.3");
  EXPECT_THAT(found(scheme, {"a.log", "a.log.1", "a.log.10.gz", "a.log.2.zst", "a.log.02", "a.log.x", "a.log.1.old",
                             "b.log.1", "a.log."}),
              ElementsAre("a.log.10.gz", "a.log.2.zst", "a.log.1"));
}

TEST(NameSchemeTest, AnExtensionComesLast) {
  Policy policy;
  policy.extension = ".log";
  EXPECT_EQ(NameScheme(policy, "a.log").numbered(1), "a.1.log");
  EXPECT_EQ(NameScheme(policy, "a.txt").numbered(1), "a.txt.1");
  EXPECT_THAT(found(NameScheme(policy, "a.log"), {"a.log", "a.1.log", "a.2.log.gz", "a.3"}),
              ElementsAre("a.2.log.gz", "a.1.log"));
  policy.extension.clear();
  policy.add_extension = ".old";
  EXPECT_EQ(NameScheme(policy, "a.log").numbered(1), "a.log.1.old");
  EXPECT_EQ(NameScheme(policy, "a.old").numbered(1), "a.1.old");
}

TEST(NameSchemeTest, Dates) {
  EXPECT_EQ(NameScheme(dated(), "a").dated(kNow), "a-20261127");
  EXPECT_EQ(NameScheme(dated(" .%Y-%m-%d_%H%M%S %% %x"), "a").dated(kNow), "a.2026-11-27_054905 %% %x");
  EXPECT_EQ(NameScheme(dated("-%s"), "a").dated(kNow), "a-1795758545");
  EXPECT_EQ(NameScheme(dated("-%Y-%V"), "a").dated(at(2027, 1, 1)), "a-2027-53");
  EXPECT_EQ(NameScheme(dated("-%V"), "a").dated(at(2026, 1, 5)), "a-02");
  Policy hourly = dated();
  hourly.criterion = Criterion::hourly;
  EXPECT_EQ(NameScheme(hourly, "a").dated(kNow), "a-2026112705");
  hourly.name_date = NameDate::hour_ago;
  EXPECT_EQ(NameScheme(hourly, "a").dated(at(2026, 11, 27, 0)), "a-2026112623");
  Policy yesterday = dated();
  yesterday.name_date = NameDate::yesterday;
  EXPECT_EQ(NameScheme(yesterday, "a").dated(at(2026, 3, 1)), "a-20260228");
}

TEST(NameSchemeTest, DatedArchivesAreInTheOrderOfTime) {
  EXPECT_THAT(found(NameScheme(dated(), "a"), {"a", "a-20261127", "a-20261127.1.gz", "a-20261127.10", "a-20261127.2",
                                               "a-20251231.gz", "a-2025", "a-20261127.x", "a-20261127-1"}),
              ElementsAre("a-20251231.gz", "a-20261127", "a-20261127.1.gz", "a-20261127.2", "a-20261127.10"));
  EXPECT_THAT(found(NameScheme(dated("-%d%m%Y"), "a"), {"a-02012026", "a-01022026", "a-31122025"}),
              ElementsAre("a-31122025", "a-02012026", "a-01022026"));
}

TEST(NameSchemeTest, TheZoneMayBeInTheName) {
  Policy policy = dated(".%Y-%m-%d%z");
  Moment now = kNow;
  EXPECT_EQ(NameScheme(policy, "a").dated(now), "a.2026-11-27+0000");
  now.at = kNow.at - std::chrono::minutes(345);  // Nepal
  EXPECT_EQ(NameScheme(policy, "a").dated(now, 1), "a.2026-11-27+0545.1");
  now.at = kNow.at + std::chrono::minutes(150);  // Newfoundland in summer
  policy.name_date = NameDate::yesterday;
  EXPECT_EQ(NameScheme(policy, "a").dated(now), "a.2026-11-26-0230");
  EXPECT_THAT(
      found(NameScheme(policy, "a"), {"a.2001-01-01-1200", "a.2000-01-01+0100.gz", "a.2002-01-01", "a.2002-01-01 0100",
                                      "a.2002-01-01+01", "a.2002-01-01+010x", "a.2002-01-01+01000"}),
      ElementsAre("a.2000-01-01+0100.gz", "a.2001-01-01-1200"));
  // The hour that comes twice in autumn.
  EXPECT_THAT(found(NameScheme(dated("-%Y%m%d%H%z"), "a"), {"a-2026102502+0100", "a-2026102502+0200", "a-2026102503+0100"}),
              ElementsAre("a-2026102502+0200", "a-2026102502+0100", "a-2026102503+0100"));
}

TEST(NameSchemeTest, ASequenceNumberStandsBeforeWhatComesLast) {
  Policy policy = dated();
  policy.extension = ".log";
  const NameScheme scheme(policy, "a.log");
  EXPECT_EQ(scheme.dated(kNow, 2), "a-20261127.2.log");
  EXPECT_THAT(found(scheme, {"a-20261127.2.log.gz"}), ElementsAre("a-20261127.2.log.gz"));
}

}  // namespace
}  // namespace longshore::rotator
