#include "rotator/archive/line_clock.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace longshore::rotator {
namespace {

const base::Timestamp kWritten = *base::parse_rfc3339("2026-11-27T12:00:00Z");

// The time that a line states, as RFC 3339; "" for none.
std::string time_of(std::string_view line, base::Timestamp written = kWritten) {
  const auto seconds = LineClock(written).seconds(line);
  return seconds ? base::format_rfc3339({*seconds * 1'000'000'000}, 0) : "";
}

TEST(LineClock, KnowsWhatLogsBeginWith) {
  constexpr std::string_view kTime = "2026-11-27T05:49:05Z";
  for (const std::string_view line : {
           "2026-11-27T05:49:05Z hello",
           "2026-11-27T05:49:05.123456789Z hello",
           "2026-11-27T07:49:05+02:00 hello",
           "2026-11-27T00:19:05-0530 hello",
           "2026-11-27 05:49:05 hello",
           "2026-11-27 05:49:05,123 INFO hello",
           "2026-11-27 05:49:05.123 UTC [17] LOG: hello",
           "2026-11-27 06:49:05 +0100 hello",
           "[2026-11-27 05:49:05] hello",
           "INFO [2026-11-27 05:49:05,000] hello",
           "2026/11/27 05:49:05 [error] 31#31: *1 open() failed",
           "<34>1 2026-11-27T05:49:05.003Z host app - - - hello",
           "<34>Nov 27 05:49:05 host app: hello",
           "Nov 27 05:49:05 host app[1]: hello",
           "Fri Nov 27 05:49:05 2026 hello",
           "[Fri Nov 27 05:49:05.123456 2026] [core:notice] [pid 1] hello",
           R"(10.0.0.1 - - [27/Nov/2026:05:49:05 +0000] "GET / HTTP/1.1" 200 5)",
           R"(2001:db8::1 - u [27/Nov/2026:06:49:05 +0100] "GET / HTTP/1.1" 200 5)",
           "1:M 27 Nov 2026 05:49:05.123 * Ready to accept connections",
           "I1127 05:49:05.123456       1 main.go:5] hello",
           "level=info time=\"2026-11-27T05:49:05Z\" msg=hello",
           "1795758545.123    5 10.0.0.1 TCP_MISS/200",
           "1795758545123 hello",
           R"({"time":"2026-11-27T05:49:05.1Z","msg":"hello"})",
           R"({"msg":"at \"time\":\"2020-01-01T00:00:00Z\"","level":"info","time":"2026-11-27T05:49:05Z"})",
           R"({"log":"2020-01-01T00:00:00Z hello\n","stream":"stdout","time":"2026-11-27T05:49:05.123456789Z"})",
           R"({"level":30,"time":1795758545123,"pid":1,"msg":"hello"})",
           R"({"level":"info","ts":1795758545.25,"msg":"hello"})",
           R"({"@timestamp" : "2026-11-27 05:49:05","msg":"hello"})",
           R"({"ts":"1795758545","msg":"hello"})",
       })
    EXPECT_EQ(time_of(line), kTime) << line;
}

TEST(LineClock, SaysNothingOfOtherLines) {
  for (const std::string_view line : {
           "",
           "hello",
           "\tat com.example.Main(Main.java:5)",
           "  2026-11-27T05:49:05Z",
           "12:34:56 hello",
           "05:49:05",
           "2026-13-27 05:49:05",
           "2026-11-00 05:49:05",
           "2026-11-27 24:00:00",
           "2026-11-27 05:60:05",
           "27/Foo/2026:05:49:05",
           "Foo 27 05:49:05",
           "Nov 32 05:49:05",
           "1234567890abc",
           "12345",
           "999999999999999999999",
           "{\"time\":5}",
           "{\"time\"",
           "{\"time\":\"",
           "{\"time\":\"2026",
           "{}",
           "{\"a\":\"2026-11-27T05:49:05Z\"}",
           "X1127 05:49:05",
           "a:b:c:d:e:f:g::::::",
           "::::::::::::",
           "5551234567890123456789 calls",
       })
    EXPECT_EQ(time_of(line), "") << line;
  EXPECT_EQ(time_of(std::string(128, 'x') + " 2026-11-27 05:49:05"), "");
}

TEST(LineClock, ADateWithoutAYearIsTheLastOneBeforeTheLogWasWritten) {
  EXPECT_EQ(time_of("Dec 31 23:59:59 h a: x", *base::parse_rfc3339("2026-01-01T00:00:10Z")), "2025-12-31T23:59:59Z");
  EXPECT_EQ(time_of("Jan  1 00:00:01 h a: x", *base::parse_rfc3339("2026-01-01T00:00:10Z")), "2026-01-01T00:00:01Z");
  EXPECT_EQ(time_of("Nov 28 11:00:00 h a: x"), "2026-11-28T11:00:00Z");  // another zone's day
  EXPECT_EQ(time_of("Nov 28 13:00:00 h a: x"), "2025-11-28T13:00:00Z");
  EXPECT_EQ(time_of("Feb 29 05:00:00 h a: x"), "2024-02-29T05:00:00Z");
}

// What is remembered of one line changes nothing for another; and no line is read past its end.
TEST(LineClock, AnswersForEachLineAlone) {
  std::mt19937 random(3);
  constexpr std::string_view kParts[] = {"2026-11-27T05:49:05",
                                         "2026-11-27 05:49:05",
                                         "27/Nov/2026:05:49:05",
                                         "Nov 27 05:49:05",
                                         "27 Nov 2026 05:49:05",
                                         "I1127 05:49:05",
                                         "05:49:05",
                                         "Z",
                                         "+02:00",
                                         " -0500",
                                         " 2026",
                                         ".123",
                                         ",5",
                                         "{",
                                         "\"time\":\"",
                                         ",\"time\":\"",
                                         "\"ts\":",
                                         "1795758545",
                                         "123",
                                         "\"}",
                                         "\"",
                                         "[",
                                         " ",
                                         ":",
                                         "x"};
  LineClock used(kWritten);
  std::size_t known = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string line;
    for (std::uint64_t parts = random() % 6; parts > 0; --parts) line += kParts[random() % std::size(kParts)];
    if (random() % 4 == 0 && !line.empty()) line[random() % line.size()] = static_cast<char>(random());
    const std::vector<char> exact(line.begin(), line.end());  // AddressSanitizer sees a byte too many
    const std::string_view view(exact.data(), exact.size());
    const auto time = LineClock(kWritten).seconds(view);
    ASSERT_EQ(used.seconds(view), time) << line;
    if (time) ++known;
  }
  EXPECT_GT(known, 2000U);
}

}  // namespace
}  // namespace longshore::rotator
