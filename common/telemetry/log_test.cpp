#include "common/telemetry/log.hpp"

#include <gtest/gtest.h>

namespace longshore::telemetry {
namespace {

constexpr std::string_view kTime = "2026-11-23T03:42:12.123Z";

TEST(Log, ALogfmtLineQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(log_line(LogFormat::logfmt, kTime, Level::warn, "spool is full",
                     {{"sink", "loggly"}, {"bytes", 42}, {"why", "no space\nleft"}, {"x", ""}}),
            "time=2026-11-23T03:42:12.123Z level=warn msg=\"spool is full\" sink=loggly bytes=42 why=\"no space\\nleft\" "
            "x=\"\"\n");
}

TEST(Log, WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(log_line(LogFormat::logfmt, kTime, Level::info, "a\xFF", {{"file", "b\xFF"}, {"why", "c \xFF"}}),
            "time=2026-11-23T03:42:12.123Z level=info msg=\"a\uFFFD\" file=b\uFFFD why=\"c \uFFFD\"\n");
  EXPECT_EQ(log_line(LogFormat::json, kTime, Level::info, "a\xFF", {}),
            "{\"time\":\"2026-11-23T03:42:12.123Z\",\"level\":\"info\",\"msg\":\"a\uFFFD\"}\n");
}

TEST(Log, AJsonLineIsOneObject) {
  EXPECT_EQ(log_line(LogFormat::json, kTime, Level::error, "a \"b\"", {{"k", "\x01\\"}}),
            "{\"time\":\"2026-11-23T03:42:12.123Z\",\"level\":\"error\",\"msg\":\"a \\\"b\\\"\",\"k\":\"\\u0001\\\\\"}\n");
}

}  // namespace
}  // namespace longshore::telemetry
