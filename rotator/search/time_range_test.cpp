#include "rotator/search/time_range.hpp"

#include <gtest/gtest.h>

#include "rotator/search/time_argument.hpp"

namespace longshore::rotator {
namespace {

using Answer = LineTimeFilter::Answer;

const LineClock kClock(*base::parse_rfc3339("2026-11-27T12:00:00Z"));

Answer answer(TimeRange range, LineTimes times, std::optional<std::int64_t> before = 0) {
  LineTimeFilter filter(range, kClock);
  filter.set_before(before);
  return filter.frame(times);
}

TEST(LineTimeFilter, AnswersForAFrameUnread) {
  const LineTimes times{.any = true, .leads = false, .broken = false, .earliest = 100, .latest = 200, .last = 150};
  LineTimes leading = times, broken = times;
  leading.leads = true;
  broken.broken = true;
  EXPECT_EQ(answer({}, broken), Answer::all);
  EXPECT_EQ(answer({100, 201}, times), Answer::all);
  EXPECT_EQ(answer({101, 201}, times), Answer::some);
  EXPECT_EQ(answer({100, 200}, times), Answer::some);
  EXPECT_EQ(answer({200, {}}, times), Answer::some);
  EXPECT_EQ(answer({201, {}}, times), Answer::none);
  EXPECT_EQ(answer({{}, 100}, times), Answer::none);
  EXPECT_EQ(answer({201, {}}, broken), Answer::some);
  EXPECT_EQ(answer({100, 201}, leading, 99), Answer::some);  // the lines before the first time are of second 99
  EXPECT_EQ(answer({100, 201}, leading, 100), Answer::all);
  EXPECT_EQ(answer({201, {}}, leading, 201), Answer::some);
  EXPECT_EQ(answer({201, {}}, leading, 200), Answer::none);
  EXPECT_EQ(answer({201, {}}, {}, 200), Answer::none);
  EXPECT_EQ(answer({200, {}}, {}, 200), Answer::all);
}

TEST(LineTimeFilter, ALineOfNoKnownTimeIsNotOlderThanItsLog) {
  const std::int64_t written = kClock.reference();
  EXPECT_EQ(answer({written, {}}, {}, {}), Answer::all);
  EXPECT_EQ(answer({written + 1, {}}, {}, {}), Answer::none);
  EXPECT_EQ(answer({{}, 5}, {}, {}), Answer::all);
}

TEST(LineTimeFilter, ALineWithoutATimeHasThatOfTheLineBefore) {
  constexpr std::string_view kBlock =
      " x\n@\n2026-11-27 10:00:00 a\n\tb\n2026-11-27 11:00:00 c\n d\n2026-11-27 09:00:00 e\n f";
  LineTimeFilter filter({*parse_time_argument("2026-11-27 10:00", {}), *parse_time_argument("2026-11-27 11:00", {})},
                        kClock);
  filter.set_before(*parse_time_argument("2026-11-27 10:30", {}));
  filter.begin(kBlock);
  std::string in_range;
  for (std::size_t at = 0; at < kBlock.size();
       at = kBlock.find('\n', at) == kBlock.npos ? kBlock.size() : kBlock.find('\n', at) + 1)
    in_range += filter.line(at) ? 'y' : 'n';
  EXPECT_EQ(in_range, "yyyynnnn");
  filter.end();
  EXPECT_EQ(filter.frame({}), Answer::none);  // what follows is of 9 o'clock

  filter.set_before({});
  filter.begin(kBlock);
  EXPECT_TRUE(filter.line(kBlock.find("\tb")));  // asked alone, it looks back
  EXPECT_FALSE(filter.line(kBlock.find(" f")));
}

TEST(TimeArgument, IsReadAsPeopleWriteIt) {
  const base::Timestamp now = *base::parse_rfc3339("2026-11-27T12:00:00Z");
  const auto read = [&](std::string_view text) {
    return base::format_rfc3339({*parse_time_argument(text, now) * 1'000'000'000}, 0);
  };
  EXPECT_EQ(read("2026-11-26T05:49:05Z"), "2026-11-26T05:49:05Z");
  EXPECT_EQ(read("2026-11-26T05:49:05+01:00"), "2026-11-26T04:49:05Z");
  EXPECT_EQ(read("2026-11-26 05:49:05"), "2026-11-26T05:49:05Z");
  EXPECT_EQ(read("2026-11-26 05:49"), "2026-11-26T05:49:00Z");
  EXPECT_EQ(read("2026-11-26"), "2026-11-26T00:00:00Z");
  EXPECT_EQ(read("05:49:05"), "2026-11-27T05:49:05Z");
  EXPECT_EQ(read("05:49"), "2026-11-27T05:49:00Z");
  EXPECT_EQ(read("90m"), "2026-11-27T10:30:00Z");
  EXPECT_EQ(read("@1795758545"), "2026-11-27T05:49:05Z");
  for (const std::string_view text : {"", "yesterday", "25:00", "2026-13-01", "@", "@5x", "5"})
    EXPECT_FALSE(parse_time_argument(text, now)) << text;
}

}  // namespace
}  // namespace longshore::rotator
