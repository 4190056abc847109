// RFC 3164 and what BSD's syslog became: every form of the date, of host and of tag.
#include "shipper/parse/rfc3164.hpp"

#include <gtest/gtest.h>

#include "shipper/parse/parse_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::literals;

TEST(Rfc3164, ExamplesOfTheStandard) {
  expect_lines({
      {"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
       {.priority = 34,
        .time = "2026-10-11T22:14:15Z",
        .host = "mymachine",
        .app = "su",
        .message = "'su root' failed for lonvick on /dev/pts/8"}},
      {"Use the BFG!", {.format = Format::raw, .message = "Use the BFG!"}},
      {"<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
       {.priority = 13, .time = "2027-02-05T17:32:18Z", .host = "10.0.0.99", .message = "Use the BFG!"}},
      {"<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time to make the do-nuts.  %%  Ingredients: Mix=OK, "
       "Jelly=OK #",
       {.priority = 165,
        .time = "1987-08-24T11:34:00Z",
        .host = "mymachine",
        .app = "myproc",
        .procid = "10",
        .message = "%% It's time to make the do-nuts.  %%  Ingredients: Mix=OK, Jelly=OK #"}},
      {"<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All Folks!",
       {.priority = 0,
        .time = "1990-10-22T10:52:01Z",
        .host = "TZ-6",
        .message = "scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All Folks!"}},
  });
}

TEST(Rfc3164, EveryFormOfTheDate) {
  const struct {
    std::string_view text, expected;
  } dates[] = {
      {"Nov 23 11:59:58", "2026-11-23T11:59:58Z"},
      {"nov 23 11:59:58", "2026-11-23T11:59:58Z"},
      {"NOV 23 11:59:58", "2026-11-23T11:59:58Z"},
      {"Nov  3 11:59:58", "2026-11-03T11:59:58Z"},
      {"Nov 03 11:59:58", "2026-11-03T11:59:58Z"},
      {"Nov 3 11:59:58", "2026-11-03T11:59:58Z"},
      {"Nov 23  1:59:58", "2026-11-23T01:59:58Z"},
      {"Nov 23 1:59:58", "2026-11-23T01:59:58Z"},
      {"Nov 23 01:09:08", "2026-11-23T01:09:08Z"},
      {"Nov 23 00:00:00", "2026-11-23T00:00:00Z"},
      {"Nov 23 23:59:60", "2026-11-23T23:59:59Z"},
      {"Nov 23 23:59:60.25", "2026-11-23T23:59:59.25Z"},
      {"Nov 23 11:59:58.1", "2026-11-23T11:59:58.1Z"},
      {"Nov 23 11:59:58.123", "2026-11-23T11:59:58.123Z"},
      {"Nov 23 11:59:58,123456", "2026-11-23T11:59:58.123456Z"},
      {"Nov 23 11:59:58.1234567891234", "2026-11-23T11:59:58.123456789Z"},
      {"Nov 23 11:59:58.", "2026-11-23T11:59:58Z"},
      {"Nov 23 2007 11:59:58", "2007-11-23T11:59:58Z"},
      {"Nov  3 2007 11:59:58.5", "2007-11-03T11:59:58.5Z"},
      {"Nov 23 11:59:58 2007", "2007-11-23T11:59:58Z"},
      {"Nov 23 11:59:58.123 2007", "2007-11-23T11:59:58.123Z"},
      {"2007 Nov 23 11:59:58", "2007-11-23T11:59:58Z"},
      {"2007 Nov  3 11:59:58.5", "2007-11-03T11:59:58.5Z"},
      {"Nov 23 11:59:58 UTC", "2026-11-23T11:59:58Z"},
      {"Nov 23 11:59:58.5 GMT", "2026-11-23T11:59:58.5Z"},
      {"Nov 23 11:59:58 CET", "2026-11-23T10:59:58Z"},
      {"Aug 23 11:59:58 CEST", "2026-08-23T09:59:58Z"},
      {"Nov 23 11:59:58 EST", "2026-11-23T16:59:58Z"},
      {"2007 Nov 23 11:59:58 PST", "2007-11-23T19:59:58Z"},
      {"Nov 23 11:59:58 EST 2007", "2007-11-23T16:59:58Z"},
      {"Feb 29 11:59:58 2024", "2024-02-29T11:59:58Z"},
      {"2026-11-23T11:59:58Z", "2026-11-23T11:59:58Z"},
      {"2026-11-23T11:59:58.123456+01:00", "2026-11-23T10:59:58.123456Z"},
      {"2026-11-23T11:59:58.123-0500", "2026-11-23T16:59:58.123Z"},
      {"2026-11-23 11:59:58", "2026-11-23T11:59:58Z"},
      {"2026-11-23 11:59:58,123", "2026-11-23T11:59:58.123Z"},
      {"2026-11-23T23:59:60Z", "2026-11-23T23:59:59Z"},
  };
  for (const auto& date : dates) {
    const std::string expected(date.expected);
    EXPECT_EQ(parse_fields("<13>" + std::string(date.text) + " host app[1]: x"),
              (SyslogFields{.priority = 13, .time = expected, .host = "host", .app = "app", .procid = "1", .message = "x"}))
        << date.text;
    EXPECT_EQ(parse_fields("<13>" + std::string(date.text)), (SyslogFields{.priority = 13, .time = expected})) << date.text;
    EXPECT_EQ(parse_fields(std::string(date.text) + " host app: x"),
              (SyslogFields{.time = expected, .host = "host", .app = "app", .message = "x"}))
        << date.text;
  }
}

TEST(Rfc3164, DateThatCannotBeIsText) {
  for (const std::string date : {"Nov 31 11:59:58",
                                 "Nov 0 11:59:58",
                                 "Feb 30 11:59:58",
                                 "Feb 29 11:59:58 2023",
                                 "Nov 23 24:59:58",
                                 "Nov 23 11:60:58",
                                 "Nov 23 11:59:61",
                                 "Nov 23 11:59",
                                 "Nov 23 11:59:",
                                 "Nov 23 11:59:581",
                                 "Nov 23 111:59:58",
                                 "Nov 123 11:59:58",
                                 "Nov23 11:59:58",
                                 "Nox 23 11:59:58",
                                 "Nov 23",
                                 "Nov",
                                 "Nov 23 1969 11:59:58",
                                 "Nov 23 2200 11:59:58",
                                 "Nov 23 11:59:58Z",
                                 "Nov 23 11:59:58-x",
                                 "2026-11-31T11:59:58Z",
                                 "2026-11-23T11:59:58Zulu",
                                 "0001-01-01T00:00:00Z",
                                 "2026-11-23"}) {
    EXPECT_EQ(parse_fields("<13>" + date + " text"), (SyslogFields{.priority = 13, .message = date + " text"})) << date;
    EXPECT_EQ(parse_fields(date + " host app: x"), (SyslogFields{.format = Format::raw, .message = date + " host app: x"}))
        << date;
  }
}

TEST(Rfc3164, YearIsTheOneNearestToNow) {
  const struct {
    std::string_view now, date, expected;
  } cases[] = {
      {"2026-11-23T12:00:00Z", "Nov 23 12:00:00", "2026-11-23T12:00:00Z"},
      {"2027-01-01T00:00:01Z", "Dec 31 23:59:59", "2026-12-31T23:59:59Z"},
      {"2026-12-31T23:59:59Z", "Jan  1 00:00:01", "2027-01-01T00:00:01Z"},
      {"2027-01-01T00:00:01Z", "Jan  1 08:00:00", "2027-01-01T08:00:00Z"},  // of a zone that is ahead
      {"2026-06-15T00:00:00Z", "Dec 14 00:00:00", "2026-12-14T00:00:00Z"},
      {"2026-06-15T00:00:00Z", "Dec 16 00:00:00", "2025-12-16T00:00:00Z"},
      {"2028-03-01T00:00:00Z", "Feb 29 12:00:00", "2028-02-29T12:00:00Z"},
      {"2027-12-01T00:00:00Z", "Feb 29 12:00:00", "2028-02-29T12:00:00Z"},
      {"2029-01-01T00:00:00Z", "Feb 29 12:00:00", "2028-02-29T12:00:00Z"},
      {"2026-03-01T00:00:00Z", "Feb 29 12:00:00", "2026-03-01T12:00:00Z"},  // a clock that is wrong by years
      {"1970-01-01T00:00:00Z", "Jan  1 00:00:00", "1970-01-01T00:00:00Z"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(parse_fields("<13>" + std::string(c.date) + " h a: x", context_at(c.now)).time, c.expected)
        << c.now << ' ' << c.date;
}

// The last date is kept with what it meant; that must not show.
TEST(Rfc3164, SameDateReadAgainMuchLaterIsOfTheYearThen) {
  SyslogContext context = context_at("2026-11-23T12:00:00Z");
  for (const auto& [now, expected] :
       {std::pair{"2026-11-23T12:00:00Z", "2026-11-23T11:59:58"}, std::pair{"2027-05-20T12:00:00Z", "2026-11-23T11:59:58"},
        std::pair{"2027-05-26T12:00:00Z", "2027-11-23T11:59:58"},
        std::pair{"2026-01-01T12:00:00Z", "2025-11-23T11:59:58"}}) {
    for (const std::string_view rest : {"", ".25", " 2001", " EST", ".5 CET", "x"}) {
      context.now = base::parse_rfc3339(now).value();
      Batch batch;
      const std::string frame = "<13>Nov 23 11:59:58" + std::string(rest) + " host app: x";
      parse_syslog(batch, batch.arena.append(frame), false, context);
      EXPECT_EQ(fields_of(batch, batch.events[0]), parse_fields(frame, context_at(now))) << now << frame;
      if (rest.empty()) {
        EXPECT_EQ(fields_of(batch, batch.events[0]).time, std::string(expected) + "Z") << now;
      }
    }
  }
}

TEST(Rfc3164, DateWithoutAZoneIsMeantInTheConfiguredOne) {
  SyslogContext context = context_at();
  context.zone = base::Zone::from_offset("+05:30").value();
  for (const auto& [date, expected] :
       {std::pair{"Nov 23 11:59:58", "2026-11-23T06:29:58Z"}, std::pair{"Nov 23 11:59:58.5", "2026-11-23T06:29:58.5Z"},
        std::pair{"2007 Nov 23 11:59:58", "2007-11-23T06:29:58Z"}, std::pair{"2026-11-23T11:59:58", "2026-11-23T06:29:58Z"},
        std::pair{"2026-11-23T11:59:58Z", "2026-11-23T11:59:58Z"}, std::pair{"Nov 23 11:59:58 GMT", "2026-11-23T11:59:58Z"},
        std::pair{"Nov 23 11:59:58 CET", "2026-11-23T10:59:58Z"}})
    EXPECT_EQ(parse_fields("<13>" + std::string(date) + " h a: x", context).time, expected) << date;
}

SyslogFields after_date(std::string host, std::string app, std::string procid, std::string message) {
  return {.priority = 13,
          .time = "2026-11-23T11:59:58Z",
          .host = std::move(host),
          .app = std::move(app),
          .procid = std::move(procid),
          .message = std::move(message)};
}

TEST(Rfc3164, HostIsTheFirstWordUnlessThatIsATag) {
  const std::string date = "<13>Nov 23 11:59:58 ";
  for (const std::string host : {"web1", "web-1.example.com", "WEB_1", "10.321.1.123", "192.168.33.8-1", "2001:db8::1",
                                 "0002::", "::1", "fe80::1%eth0", "source/relay", "s_net@relay/web1", "_gateway", "X4711"}) {
    EXPECT_EQ(parse_fields(date + host + " app: x"), after_date(host, "app", "", "x")) << host;
    EXPECT_EQ(parse_fields(date + host + " app[1]: x"), after_date(host, "app", "1", "x")) << host;
    EXPECT_EQ(parse_fields(date + host + "  two blanks"), after_date(host, "", "", "two blanks")) << host;
    EXPECT_EQ(parse_fields(date + host + " "), after_date(host, "", "", "")) << host;
    EXPECT_EQ(parse_fields(date + host), after_date("", "", "", host)) << host;
  }
  for (const std::string word : {"%bzorp", "#001", "(root)", "--", "*", "\"quoted\"", "{\"a\":1}", "[12.5]", "a,b",
                                 "http://x?y", "caf\xC3\xA9", "-web"})
    EXPECT_EQ(parse_fields(date + word + " text"), after_date("", "", "", word + " text")) << word;
  EXPECT_EQ(parse_fields(date + std::string(255, 'h') + " app: x"), after_date(std::string(255, 'h'), "app", "", "x"));
  EXPECT_EQ(parse_fields(date + std::string(256, 'h') + " x"), after_date("", "", "", std::string(256, 'h') + " x"));
}

TEST(Rfc3164, NilHostIsNone) {
  EXPECT_EQ(parse_fields("<13>Nov 23 11:59:58 - app[1]: x"), after_date("", "app", "1", "x"));
  EXPECT_EQ(parse_fields("<13>Nov 23 11:59:58 - text"), after_date("", "", "", "text"));
  EXPECT_EQ(parse_fields("<13>Nov 23 11:59:58 -"), after_date("", "", "", "-"));
}

TEST(Rfc3164, TagNeedsItsColonOrProcess) {
  const std::string date = "<13>Nov 23 11:59:58 web1 ";
  const struct {
    std::string_view text, app, procid, message;
  } tags[] = {
      {"app: x", "app", "", "x"},
      {"app:", "app", "", ""},
      {"app: ", "app", "", ""},
      {"app:  x", "app", "", " x"},
      {"app:\tx", "app", "", "\tx"},
      {"app[1]: x", "app", "1", "x"},
      {"app[1]:x", "app", "1", "x"},
      {"app[1]:", "app", "1", ""},
      {"app[1] x", "app", "1", "x"},
      {"app[1]", "app", "1", ""},
      {"app[1]\tx", "app", "1", "\tx"},
      {"app[]: x", "app", "", "x"},
      {"app[main-7]: x", "app", "main-7", "x"},
      {"postfix/smtpd[123]: x", "postfix/smtpd", "123", "x"},
      {"sshd(pam_unix)[12750]: x", "sshd(pam_unix)", "12750", "x"},
      {"%ASA-6-302013: x", "%ASA-6-302013", "", "x"},
      {"/usr/sbin/cron[5]: x", "/usr/sbin/cron", "5", "x"},
      {"nginx:1.25/web[123]: x", "nginx:1.25/web", "123", "x"},
      {"registry:5000/team/app:2.0[123]: x", "registry:5000/team/app:2.0", "123", "x"},
      {"Foo::Bar[9]: x", "Foo::Bar", "9", "x"},
      {"0123456789012345678901234567890123456789: MSG part", "0123456789012345678901234567890123456789", "", "MSG part"},
      {"b\xC3\xA4r: x", "b\xC3\xA4r", "", "x"},
      {"app: sub: x", "app", "", "sub: x"},
      // no tags
      {"tag This message", "", "", "tag This message"},
      {"app:x", "", "", "app:x"},
      {"12:30:01 x", "", "", "12:30:01 x"},
      {"http://x/ y", "", "", "http://x/ y"},
      {"Foo::Bar: x", "", "", "Foo::Bar: x"},
      {"app[1: x", "", "", "app[1: x"},
      {"app[1 2]: x", "", "", "app[1 2]: x"},
      {"app[1]x", "", "", "app[1]x"},
      {"[1]: x", "", "", "[1]: x"},
      {": x", "", "", "x"},  // "HOST : TEXT" is Cisco's
      {"two words: x", "", "", "two words: x"},
      {"-- MARK --", "", "", "-- MARK --"},
      {"last message repeated 3 times", "", "", "last message repeated 3 times"},
  };
  for (const auto& tag : tags)
    EXPECT_EQ(parse_fields(date + std::string(tag.text)),
              after_date("web1", std::string(tag.app), std::string(tag.procid), std::string(tag.message)))
        << tag.text;
  const std::string longest(255, 't');
  EXPECT_EQ(parse_fields(date + longest + ": x"), after_date("web1", longest, "", "x"));
  EXPECT_EQ(parse_fields(date + longest + "t: x"), after_date("web1", "", "", longest + "t: x"));
  EXPECT_EQ(parse_fields(date + "app[" + longest + "]: x"), after_date("web1", "app", longest, "x"));
  EXPECT_EQ(parse_fields(date + "app[" + longest + "p]: x"), after_date("web1", "", "", "app[" + longest + "p]: x"));
}

TEST(Rfc3164, WithoutADateATagMayStillBeThere) {
  expect_lines({
      {"<15> openvpn[2499]: PTHREAD support initialized",
       {.priority = 15, .app = "openvpn", .procid = "2499", .message = "PTHREAD support initialized"}},
      {"<27>xapi: [error|xen3|15|master_connection] Connection to master died.",
       {.priority = 27, .app = "xapi", .message = "[error|xen3|15|master_connection] Connection to master died."}},
      {"<13>root: hello", {.priority = 13, .app = "root", .message = "hello"}},
      {"<189>65536: ", {.priority = 189, .message = "65536: "}},
      {"<189>12[3]: text", {.priority = 189, .message = "12[3]: text"}},
      {"<189>12:app[1]: text", {.priority = 189, .app = "12:app", .procid = "1", .message = "text"}},
      {"<189>65536", {.priority = 189, .message = "65536"}},
      {"<189> ubuntu tag1: text", {.priority = 189, .message = " ubuntu tag1: text"}},
      {"<189>some message", {.priority = 189, .message = "some message"}},
      {"<189>", {.priority = 189}},
      {"<189> ", {.priority = 189, .message = " "}},
  });
}

TEST(Rfc3164, WithoutAPriorityOnlyADateAndATagAreBelieved) {
  expect_lines({
      {"Feb 18 16:01:59 serverX app: text",
       {.time = "2027-02-18T16:01:59Z", .host = "serverX", .app = "app", .message = "text"}},
      {"Feb 18 16:01:59 serverX -- MARK --", {.time = "2027-02-18T16:01:59Z", .message = "serverX -- MARK --"}},
      {"2026-11-23 11:59:58,123 INFO  [main] o.a.Server: started",
       {.time = "2026-11-23T11:59:58.123Z", .message = "INFO  [main] o.a.Server: started"}},
      {"2026-11-23T11:59:58Z web1 systemd[1]: Started.",
       {.time = "2026-11-23T11:59:58Z", .host = "web1", .app = "systemd", .procid = "1", .message = "Started."}},
      {"2026-11-23 11:59:58 - INFO - text", {.time = "2026-11-23T11:59:58Z", .message = "- INFO - text"}},
      {" \xEF\xBB\xBF text", {.format = Format::raw, .message = " \xEF\xBB\xBF text"}},
      {"app: text", {.format = Format::raw, .message = "app: text"}},
      {"", {.format = Format::raw}},
      {"<", {.format = Format::raw, .message = "<"}},
      {"<1", {.format = Format::raw, .message = "<1"}},
      {R"({"level":"info"})", {.format = Format::raw, .message = R"({"level":"info"})"}},
      {"  <13>Nov 23 11:59:58 h a: x",
       {.priority = 13, .time = "2026-11-23T11:59:58Z", .host = "h", .app = "a", .message = "x"}},
      {"\xEF\xBB\xBF<13>Nov 23 11:59:58 h a: x",
       {.priority = 13, .time = "2026-11-23T11:59:58Z", .host = "h", .app = "a", .message = "x"}},
  });
}

TEST(Rfc3164, AnyBytesAreKept) {
  expect_lines({
      {"<6>AUG 10 22:18:24 host tag: \xE4\xF6\xFC",
       {.priority = 6,
        .time = "2026-08-10T22:18:24Z",
        .host = "host",
        .app = "tag",
        .message = "\xE4\xF6\xFC",
        .flags = flag::kNotUtf8}},
      {"<6>Nov 23 11:59:58 host tag: a\0b\r"sv,
       {.priority = 6, .time = "2026-11-23T11:59:58Z", .host = "host", .app = "tag", .message = "a\0b\r"s}},
      {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv, {.format = Format::raw, .message = std::string(16, '\0')}},
      {"\xFF\xFE<13>", {.format = Format::raw, .message = "\xFF\xFE<13>", .flags = flag::kNotUtf8}},
  });
}

TEST(Rfc3164, OversizeFrameIsMarked) {
  const SyslogFields fields = parse_fields("<13>Nov 23 11:59:58 web1 app: cut sho", context_at(), true);
  EXPECT_EQ(fields.flags, flag::kTruncated);
  EXPECT_EQ(fields.message, "cut sho");
}

TEST(Rfc3164, PeerStandsForAHostThatIsNotNamed) {
  SyslogContext context = context_at();
  context.peer = "10.0.0.7";
  Batch batch;
  for (const std::string_view frame :
       {"<13>Nov 23 11:59:58 web[1]: x", "<13>Nov 23 11:59:58 web1 app: x", "raw", "<1>1 - - a p m - x"})
    parse_syslog(batch, batch.arena.append(frame), false, context);
  const char* const hosts[] = {"10.0.0.7", "web1", "10.0.0.7", "10.0.0.7"};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(batch.text(batch.events[i].host()), hosts[i]);
}

}  // namespace
}  // namespace longshore::shipper
