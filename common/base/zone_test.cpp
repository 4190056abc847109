// Against the C library, which reads the same files and rules.
#include "common/base/zone.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "common/base/zone_rule.hpp"

namespace longshore::base {
namespace {

constexpr std::int64_t kDay = 86'400;

std::int64_t seconds_of(std::string_view time) { return parse_rfc3339(time).value().ns / 1'000'000'000; }

std::int64_t to_utc(const Zone& zone, std::int64_t local) { return zone.to_utc({local * 1'000'000'000}).ns / 1'000'000'000; }

std::string read_zone_file(const std::string& name) {
  std::ifstream in("/usr/share/zoneinfo/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The C library's idea of a zone, as long as this lives.
class SystemZone {
 public:
  explicit SystemZone(const std::string& name) {
    setenv("TZ", name.c_str(), 1);
    tzset();
  }
  ~SystemZone() {
    unsetenv("TZ");
    tzset();
  }
  std::int64_t offset_at(std::int64_t seconds) const {
    const std::time_t time = seconds;
    std::tm tm{};
    localtime_r(&time, &tm);
    return tm.tm_gmtoff;
  }
  // The first of the two where a reading comes twice; by the offset of the day before where it never comes.
  std::int64_t to_utc(std::int64_t local) const {
    std::set<std::int64_t> times;
    for (const std::int64_t day : {-kDay, kDay}) {
      const std::int64_t offset = offset_at(local + day);
      if (offset_at(local - offset) == offset) times.insert(local - offset);
    }
    if (times.empty()) return local - offset_at(local - kDay);
    if (times.size() == 1) {
      EXPECT_EQ(*times.begin(), by_mktime(local));
    }
    return *times.begin();
  }

 private:
  static std::int64_t by_mktime(std::int64_t local) {
    const std::time_t time = local;
    std::tm tm{};
    gmtime_r(&time, &tm);
    tm.tm_isdst = -1;
    return mktime(&tm);
  }
};

// Every day of some years, and every quarter of an hour of the days on which a clock changes.
void expect_same_as_system(const Zone& zone, const std::string& name, std::initializer_list<int> years) {
  const SystemZone system(name);
  for (const int year : years) {
    std::int64_t last_offset = 0;
    for (std::int64_t local = base::days_from_civil(year, 1, 1) * kDay; local < base::days_from_civil(year + 1, 1, 1) * kDay;
         local += kDay) {
      const std::int64_t offset = system.offset_at(local);
      if (offset != last_offset) {
        for (std::int64_t near = local - kDay; near < local + kDay; near += 900)
          ASSERT_EQ(to_utc(zone, near), system.to_utc(near)) << name << ' ' << base::format_rfc3339({near * 1'000'000'000});
      }
      last_offset = offset;
      ASSERT_EQ(to_utc(zone, local), system.to_utc(local)) << name << ' ' << base::format_rfc3339({local * 1'000'000'000});
    }
  }
}

std::string big_endian(std::uint64_t value, int size) {
  std::string bytes;
  while (size-- > 0) bytes += static_cast<char>(value >> (8 * size));
  return bytes;
}

struct Change {
  std::int64_t at;
  std::uint8_t type;
};

std::string tzif_part(int word, const std::vector<Change>& changes, const std::vector<std::int32_t>& offsets) {
  std::string bytes = "TZif2" + std::string(15 + 4 + 4 + 4, '\0') + big_endian(changes.size(), 4) +
                      big_endian(offsets.size(), 4) + big_endian(4, 4);
  for (const Change& change : changes) bytes += big_endian(static_cast<std::uint64_t>(change.at), word);
  for (const Change& change : changes) bytes += static_cast<char>(change.type);
  for (const std::int32_t offset : offsets)
    bytes += big_endian(static_cast<std::uint32_t>(offset), 4) + std::string(2, '\0');
  return bytes + std::string("ABC\0", 4);
}

// As RFC 8536 §3: an empty first half, as many packages have it, and a rule for what comes after the changes.
std::string tzif(const std::vector<Change>& changes, const std::vector<std::int32_t>& offsets, const std::string& rule) {
  return tzif_part(4, {}, {0}) + tzif_part(8, changes, offsets) + "\n" + rule + "\n";
}

TEST(Zone, FixedOffsets) {
  const std::int64_t noon = seconds_of("2026-11-23T12:00:00Z");
  const struct {
    std::string_view text;
    std::int64_t offset;
  } zones[] = {{"UTC", 0},          {"Z", 0},           {"GMT", 0},        {"+00:00", 0}, {"+02:00", 7200}, {"+0200", 7200},
               {"-03:30", -12'600}, {"-0330", -12'600}, {"+14:00", 50'400}};
  for (const auto& zone : zones)
    EXPECT_EQ(to_utc(Zone::from_offset(zone.text).value(), noon), noon - zone.offset) << zone.text;
  for (const std::string_view text :
       {"", "Europe/Berlin", "02:00", "+2", "+02", "+02:0", "+02:60", "+16:00", "+02-00", "+0a:00", "+02:000", "utc"})
    EXPECT_FALSE(Zone::from_offset(text)) << text;
  EXPECT_EQ(Zone::from_offset("CET").error().message, "\"CET\" is not an offset from UTC, e.g. \"+02:00\"");
}

TEST(Zone, ClockSetForwardIsReadAsBeforeAndClockSetBackAsTheFirstOfTwo) {
  const Zone berlin = Zone::from_tzif(read_zone_file("Europe/Berlin"), "Europe/Berlin").value();
  const struct {
    std::string_view local, utc;
  } cases[] = {
      {"2026-01-15T12:00:00Z", "2026-01-15T11:00:00Z"}, {"2026-07-15T12:00:00Z", "2026-07-15T10:00:00Z"},
      {"2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"}, {"2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z"},
      {"2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"}, {"2026-10-25T01:59:59Z", "2026-10-24T23:59:59Z"},
      {"2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"}, {"2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"},
      {"2100-07-15T12:00:00Z", "2100-07-15T10:00:00Z"},
  };
  for (const auto& c : cases) EXPECT_EQ(to_utc(berlin, seconds_of(c.local)), seconds_of(c.utc)) << c.local;
}

TEST(Zone, FilesOfTheSystemAreReadAsTheCLibraryReadsThem) {
  for (const std::string name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC"}) {
    const auto zone = Zone::from_tzif(read_zone_file(name), name);
    ASSERT_TRUE(zone) << zone.error().message;
    expect_same_as_system(*zone, name, {1985, 2026, 2038});
  }
}

TEST(Zone, RulesAreExpandedAsTheCLibraryDoes) {
  for (const std::string rule :
       {"CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<-03>3", "UTC0", "IST-1GMT0,M10.5.0,M3.5.0/1",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "NZST-12NZDT,M9.5.0,M4.1.0/3", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "EET-2EEST,M3.4.4/50,M10.4.4/50", "AAA3BBB,J60,J300", "AAA3BBB,59,299/1:30", "AAA3BBB2:30:15,M1.1.1,M12.5.6"}) {
    const auto zone = Zone::from_tzif(tzif({}, {0}, rule), rule);
    ASSERT_TRUE(zone) << zone.error().message;
    expect_same_as_system(*zone, rule, {2024, 2099});
  }
}

TEST(Zone, RuleHoldsAfterTheLastChangeOfTheFileOnly) {
  const std::int64_t change = seconds_of("2020-06-01T00:00:00Z");
  const Zone zone = Zone::from_tzif(tzif({{change, 1}}, {3600, 7200}, "CET-1CEST,M3.5.0,M10.5.0/3"), "x").value();
  EXPECT_EQ(to_utc(zone, seconds_of("2019-07-01T12:00:00Z")), seconds_of("2019-07-01T11:00:00Z"));
  EXPECT_EQ(to_utc(zone, seconds_of("2020-07-01T12:00:00Z")), seconds_of("2020-07-01T10:00:00Z"));
  EXPECT_EQ(to_utc(zone, seconds_of("2020-12-01T12:00:00Z")), seconds_of("2020-12-01T11:00:00Z"));
}

TEST(Zone, NotARule) {
  for (const std::string_view text : {"",
                                      "CET",
                                      "CE-1",
                                      "CET-1CEST",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M3.5.0,M10.5.0/3x",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "CET-1CEST,M3.5.7,M10.5.0",
                                      "CET-25",
                                      "CET-1CEST,J0,J1",
                                      "CET-1CEST,J366,J1",
                                      "CET-1CEST,366,1",
                                      "CET-1CEST,M3.5.0/168,M10.5.0",
                                      "<+01-1",
                                      "CET-1:60",
                                      "CET-",
                                      "CET-1CE,M3.5.0,M10.5.0",
                                      "CET-1CEST;M3.5.0,M10.5.0",
                                      "CET-9999999999999999999999"})
    EXPECT_FALSE(expand_zone_rule(text, 2026, 2026)) << text;
}

TEST(Zone, DamagedFileIsAnErrorThatNamesTheZone) {
  const std::string whole = tzif({{1, 0}, {2, 1}}, {0, 3600}, "CET-1");
  EXPECT_TRUE(Zone::from_tzif(whole, "x"));
  EXPECT_EQ(Zone::from_tzif("", "Europe/Atlantis").error().message, "time zone \"Europe/Atlantis\": not a TZif file");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const bool without_rule = size >= whole.size() - 7 && size <= whole.size() - 5;
    EXPECT_EQ(Zone::from_tzif({exact.data(), size}, "x").has_value(), without_rule) << size;
  }
  EXPECT_FALSE(Zone::from_tzif(tzif({{2, 0}, {1, 1}}, {0, 3600}, ""), "not ascending"));
  EXPECT_FALSE(Zone::from_tzif(tzif({{1, 2}}, {0, 3600}, ""), "no such type"));
  EXPECT_FALSE(Zone::from_tzif(tzif({}, {27 * 3600}, ""), "no such offset"));
  EXPECT_FALSE(Zone::from_tzif(tzif({}, {}, ""), "no type"));
  EXPECT_FALSE(Zone::from_tzif(tzif({}, {0}, "nonsense!"), "no such rule"));
}

TEST(Zone, FlippedByteIsReadOrRefused) {
  const std::string whole = read_zone_file("Europe/Berlin");
  for (std::size_t at = 0; at < whole.size(); at += at < 44 ? 1 : 41)
    for (const char flip : {'\x01', '\xFF'}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      const auto zone = Zone::from_tzif(bytes, "x");
      if (zone) {
        EXPECT_LE(std::abs(to_utc(*zone, 1'795'435'200) - 1'795'435'200), 26 * 3600);
      }
    }
}

TEST(Zone, TellsTheWallClock) {
  const Zone zurich = Zone::from_tzif(read_zone_file("Europe/Zurich"), "Europe/Zurich").value();
  const auto local = [&](std::string_view utc) { return format_rfc3339(zurich.to_local(parse_rfc3339(utc).value()), 0); };
  EXPECT_EQ(local("2026-11-23T03:42:12Z"), "2026-11-23T04:42:12Z");
  EXPECT_EQ(local("2026-07-01T22:30:00Z"), "2026-07-02T00:30:00Z");
  EXPECT_EQ(format_rfc3339(Zone::from_offset("-03:30").value().to_local({0}), 0), "1969-12-31T20:30:00Z");
}

}  // namespace
}  // namespace longshore::base
