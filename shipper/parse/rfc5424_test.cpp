// RFC 5424: every corner of its grammar, and what senders make of it.
#include "shipper/parse/rfc5424.hpp"

#include <gtest/gtest.h>

#include "shipper/parse/parse_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::literals;
constexpr Format k5424 = Format::rfc5424;
constexpr unsigned kBad = flag::kBadData;

TEST(Rfc5424, ExamplesOfTheStandard) {
  expect_lines({
      {"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' failed for lonvick on "
       "/dev/pts/8",
       {.priority = 34,
        .format = k5424,
        .time = "2003-10-11T22:14:15.003Z",
        .host = "mymachine.example.com",
        .app = "su",
        .msgid = "ID47",
        .message = "'su root' failed for lonvick on /dev/pts/8"}},
      {"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
       {.priority = 165,
        .format = k5424,
        .time = "2003-08-24T12:14:15.000003Z",
        .host = "192.0.2.1",
        .app = "myproc",
        .procid = "8710",
        .message = "%% It's time to make the do-nuts."}},
      {R"(<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] )"
       "\xEF\xBB\xBF"
       "An application event log entry...",
       {.priority = 165,
        .format = k5424,
        .time = "2003-10-11T22:14:15.003Z",
        .host = "mymachine.example.com",
        .app = "evntslog",
        .msgid = "ID47",
        .data = R"([exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"])",
        .message = "An application event log entry..."}},
      {R"(<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"])",
       {.priority = 165,
        .format = k5424,
        .time = "2003-10-11T22:14:15.003Z",
        .host = "mymachine.example.com",
        .app = "evntslog",
        .msgid = "ID47",
        .data =
            R"([exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"])"}},
  });
}

TEST(Rfc5424, NilIsNoValue) {
  expect_lines({
      {"<0>1 - - - - - -", {.priority = 0, .format = k5424}},
      {"<0>1 - - - - - - ", {.priority = 0, .format = k5424}},
      {"<191>1 - - - - - - text", {.priority = 191, .format = k5424, .message = "text"}},
      {"<7>1 - bzorp openvpn 2499 - - PTHREAD support initialized",
       {.priority = 7,
        .format = k5424,
        .host = "bzorp",
        .app = "openvpn",
        .procid = "2499",
        .message = "PTHREAD support initialized"}},
      {"<7>1 - -- --- - - - x", {.priority = 7, .format = k5424, .host = "--", .app = "---", .message = "x"}},
      {"<7>1 - h a p m - -",
       {.priority = 7, .format = k5424, .host = "h", .app = "a", .procid = "p", .msgid = "m", .message = "-"}},
      {"<7>1 - h a p m -text",
       {.priority = 7,
        .format = k5424,
        .host = "h",
        .app = "a",
        .procid = "p",
        .msgid = "m",
        .message = "-text",
        .flags = kBad}},
  });
}

TEST(Rfc5424, PriorityAndVersion) {
  expect_lines({
      {"<034>1 - h a p m - x",
       {.priority = 34, .format = k5424, .host = "h", .app = "a", .procid = "p", .msgid = "m", .message = "x"}},
      {"<34>2 - h a p m - x",
       {.priority = 34, .format = k5424, .host = "h", .app = "a", .procid = "p", .msgid = "m", .message = "x"}},
      {"<34>10 - h a p m - x",
       {.priority = 34, .format = k5424, .host = "h", .app = "a", .procid = "p", .msgid = "m", .message = "x"}},
      {"<34>0 - h a p m - x", {.priority = 34, .message = "0 - h a p m - x"}},
      {"<34>100 - h a p m - x", {.priority = 34, .message = "100 - h a p m - x"}},
      {"<34>1- h a p m - x", {.priority = 34, .message = "1- h a p m - x"}},
      {"<192>1 - h a p m - x", {.format = Format::raw, .message = "<192>1 - h a p m - x"}},
      {"<0034>1 - h a p m - x", {.format = Format::raw, .message = "<0034>1 - h a p m - x"}},
      {"<>1 - h a p m - x", {.format = Format::raw, .message = "<>1 - h a p m - x"}},
      {"<-1>1 - h a p m - x", {.format = Format::raw, .message = "<-1>1 - h a p m - x"}},
      {"1 2003-10-11T22:14:15Z h a p m - x", {.format = Format::raw, .message = "1 2003-10-11T22:14:15Z h a p m - x"}},
  });
}

TEST(Rfc5424, EveryFormOfTheTime) {
  const struct {
    std::string_view text, expected;
  } times[] = {
      {"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.52Z"},
      {"1985-04-12T19:20:50.52-04:00", "1985-04-12T23:20:50.52Z"},
      {"2003-10-11T22:14:15.003Z", "2003-10-11T22:14:15.003Z"},
      {"2003-10-11t22:14:15z", "2003-10-11T22:14:15Z"},
      {"2003-10-11 22:14:15Z", "2003-10-11T22:14:15Z"},
      {"2003-10-11T22:14:15,5Z", "2003-10-11T22:14:15.5Z"},
      {"2003-10-11T22:14:15.000000003-07:00", "2003-10-12T05:14:15.000000003Z"},
      {"2003-10-11T22:14:15.1234567891234Z", "2003-10-11T22:14:15.123456789Z"},
      {"2003-10-11T22:14:15.Z", "2003-10-11T22:14:15Z"},
      {"2003-10-11T22:14:15+0200", "2003-10-11T20:14:15Z"},
      {"2003-10-11T22:14:15+02", "2003-10-11T20:14:15Z"},
      {"2003-10-11T22:14:15-00:00", "2003-10-11T22:14:15Z"},
      {"2003-10-11T22:14:15+23:59", "2003-10-10T22:15:15Z"},
      {"2003-10-11T22:14:15", "2003-10-11T22:14:15Z"},
      {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
      {"2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.5Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
      {"1970-01-01T00:00:00+23:59", "1969-12-31T00:01:00Z"},
      {"2199-12-31T23:59:59.999999999-23:59", "2200-01-01T23:58:59.999999999Z"},
  };
  for (const auto& time : times)
    EXPECT_EQ(parse_fields("<1>1 " + std::string(time.text) + " h a p m - x"),
              (SyslogFields{.priority = 1,
                            .format = k5424,
                            .time = std::string(time.expected),
                            .host = "h",
                            .app = "a",
                            .procid = "p",
                            .msgid = "m",
                            .message = "x"}))
        << time.text;
}

TEST(Rfc5424, TimeThatCannotBeIsTheTimeOfReceiptAndMarked) {
  for (const std::string time :
       {"2003-13-11T22:14:15Z", "2003-10-32T22:14:15Z", "2023-02-29T00:00:00Z", "2003-10-11T24:00:00Z",
        "2003-10-11T22:60:00Z", "2003-10-11T22:14:61Z", "2003-10-11", "2003-10-11Q22:14:15Z", "2003-10-11T22:14:15+24:00",
        "2003-10-11T22:14:15+01:60", "2003-10-11T22:14:15Zulu", "2003-10-11T22:14:15+1", "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2003-", "0000-00-00T00:00:00Z"})
    EXPECT_EQ(parse_fields("<1>1 " + time + " h a p m - x"), (SyslogFields{.priority = 1,
                                                                           .format = k5424,
                                                                           .host = "h",
                                                                           .app = "a",
                                                                           .procid = "p",
                                                                           .msgid = "m",
                                                                           .message = "x",
                                                                           .flags = kBad}))
        << time;
}

TEST(Rfc5424, WhatIsNoTimeAtAllIsNotRfc5424) {
  expect_lines({
      {"<13>1 step of 3 done", {.priority = 13, .message = "1 step of 3 done"}},
      {"<13>1 - done", {.priority = 13, .message = "1 - done"}},
      {"<13>1 - h a p", {.priority = 13, .message = "1 - h a p"}},
      {"<13>1 -  a p m - x", {.priority = 13, .message = "1 -  a p m - x"}},
      {"<13>1 ", {.priority = 13, .message = "1 "}},
      {"<13>1", {.priority = 13, .message = "1"}},
      {"<134>1 1563249630.774247467 MX84 events type=vpn",
       {.priority = 134, .message = "1 1563249630.774247467 MX84 events type=vpn"}},
  });
}

TEST(Rfc5424, EmptyFieldIsNilAsSyslogNgsLogglyTemplateWritesIt) {
  expect_lines({
      {R"(<30>1 2026-11-23T13:00:00+01:00 web1 nginx   [8bf8cc10@41058 tag="prod"] GET /)",
       {.priority = 30,
        .format = k5424,
        .time = "2026-11-23T12:00:00Z",
        .host = "web1",
        .app = "nginx",
        .data = R"([8bf8cc10@41058 tag="prod"])",
        .message = "GET /"}},
      {R"(<30>1 2026-11-23T13:00:00+01:00  nginx 17  [8bf8cc10@41058] GET /)",
       {.priority = 30,
        .format = k5424,
        .time = "2026-11-23T12:00:00Z",
        .app = "nginx",
        .procid = "17",
        .data = "[8bf8cc10@41058]",
        .message = "GET /"}},
  });
}

TEST(Rfc5424, HeaderThatEndsEarlyKeepsWhatItHas) {
  const SyslogFields whole{
      .priority = 1, .format = k5424, .time = "2026-11-23T12:00:00Z", .host = "h", .app = "a", .procid = "p", .msgid = "m"};
  std::string line = "<1>1 2026-11-23T12:00:00Z";
  SyslogFields expected{.priority = 1, .format = k5424, .time = whole.time, .flags = kBad};
  EXPECT_EQ(parse_fields(line), expected);
  expected.host = "h";
  EXPECT_EQ(parse_fields(line += " h"), expected);
  expected.app = "a";
  EXPECT_EQ(parse_fields(line += " a"), expected);
  expected.procid = "p";
  EXPECT_EQ(parse_fields(line += " p"), expected);
  expected.msgid = "m";
  EXPECT_EQ(parse_fields(line += " m"), expected);
  EXPECT_EQ(parse_fields(line += " "), expected);
  expected.message = "no structured data";
  EXPECT_EQ(parse_fields(line += "no structured data"), expected);
}

SyslogFields with_data(std::string data, std::string message) {
  return {.priority = 1,
          .format = k5424,
          .time = "2026-11-23T12:00:00Z",
          .host = "h",
          .app = "a",
          .data = std::move(data),
          .message = std::move(message)};
}

TEST(Rfc5424, StructuredDataIsTakenAsItStands) {
  for (const std::string data : {"[id]", "[id@32473]", R"([id a="b"])", R"([id a="b" c="d"][x])", R"([id a=""])",
                                 R"([id a="\"\\\]"])", R"([id a="]"])", R"([id a="b" a="b"])", R"([id a=" = [ "])",
                                 "[id a=\"\xC3\xBC\"]", R"([id a="\n"])", "[id a=\"line\nfeed\"]", R"([id  a="b" ])", "[]",
                                 R"([0123456789012345678901234567890123456789 i="long"])", "[a][b][c][d]"}) {
    EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - " + data), with_data(data, "")) << data;
    EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - " + data + " [text] x"), with_data(data, "[text] x")) << data;
  }
}

TEST(Rfc5424, StructuredDataThatIsBrokenIsPartOfTheMessage) {
  for (const std::string data : {"[",
                                 "[id",
                                 "[id ",
                                 "[id a",
                                 "[id a=",
                                 R"([id a=")",
                                 R"([id a="b)",
                                 R"([id a="b")",
                                 R"([id a="b" )",
                                 R"([id a="b"c="d"])",
                                 R"([id a="b\"])",
                                 R"([id a=b])",
                                 R"([id =“b”])",
                                 R"([id a])",
                                 R"([id a="b"]text)",
                                 R"([id a="b"]-)",
                                 R"([id][)",
                                 R"([a i=""ok"] An application event log entry...)",
                                 R"([action:"Update"; flags:"150784"; origin:"192.168.32.91"])",
                                 "[Originator@6876 sub=Vpxa opID=SWI-3b4d] text",
                                 R"([id a="b\)",
                                 "text",
                                 R"([ id a="b"])"}) {
    SyslogFields expected = with_data("", data);
    expected.flags = kBad;
    EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - " + data), expected) << data;
  }
}

TEST(Rfc5424, ByteOrderMarkIsNoText) {
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - [id] \xEF\xBB\xBFtext"), with_data("[id]", "text"));
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - - \xEF\xBB\xBF"), with_data("", ""));
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - - x\xEF\xBB\xBF"), with_data("", "x\xEF\xBB\xBF"));
  EXPECT_EQ(parse_fields("\xEF\xBB\xBF<1>1 2026-11-23T12:00:00Z h a - - - text"), with_data("", "text"));
}

TEST(Rfc5424, MessageIsKeptToTheByte) {
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - -   two more blanks  "), with_data("", "  two more blanks  "));
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - - line\nfeed\r\n\0"sv), with_data("", "line\nfeed\r\n\0"s));
}

TEST(Rfc5424, BytesThatAreNotUtf8AreKeptAndMarked) {
  SyslogFields expected = with_data("", "caf\xE9");
  expected.flags = flag::kNotUtf8;
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - - caf\xE9"), expected);
  EXPECT_EQ(parse_fields("<1>1 2026-11-23T12:00:00Z h a - - - caf\xC3\xA9"), with_data("", "caf\xC3\xA9"));
}

TEST(Rfc5424, FieldsMayBeLongerThanTheStandardAllows) {
  const std::string host(300, 'h'), app(200, 'a'), procid(200, 'p'), msgid(100, 'm');
  EXPECT_EQ(
      parse_fields("<1>1 - " + host + " " + app + " " + procid + " " + msgid + " - x"),
      (SyslogFields{
          .priority = 1, .format = k5424, .host = host, .app = app, .procid = procid, .msgid = msgid, .message = "x"}));
  EXPECT_EQ(parse_fields("<1>1 - " + std::string(70'000, 'h') + " a p m - x").host.size(), 65'535u);
}

}  // namespace
}  // namespace longshore::shipper
