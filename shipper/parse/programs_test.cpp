// The scoreboard: messages as web servers and programs really send them.
#include <gtest/gtest.h>

#include "shipper/parse/parse_for_test.hpp"

namespace longshore::shipper {
namespace {

constexpr Format k5424 = Format::rfc5424;
constexpr unsigned kBad = flag::kBadData;

TEST(Programs, WebServers) {
  expect_lines({
      {"<134>Nov 23 11:59:58 haproxy[1234]: 10.0.0.1:50000 [23/Nov/2026:11:59:58.123] http-in app/web1 0/0/1/2/3 200 512 - "
       "- ---- "
       "1/1/0/0/0 0/0 \"GET / HTTP/1.1\"",
       {.priority = 134,
        .time = "2026-11-23T11:59:58Z",
        .app = "haproxy",
        .procid = "1234",
        .message = "10.0.0.1:50000 [23/Nov/2026:11:59:58.123] http-in app/web1 0/0/1/2/3 200 512 - - ---- 1/1/0/0/0 0/0 "
                   "\"GET / HTTP/1.1\""}},
      {"<133>Nov 23 11:59:58 lb1 haproxy[1234]: Server app/web1 is DOWN, reason: Layer4 timeout",
       {.priority = 133,
        .time = "2026-11-23T11:59:58Z",
        .host = "lb1",
        .app = "haproxy",
        .procid = "1234",
        .message = "Server app/web1 is DOWN, reason: Layer4 timeout"}},
      {"<134>1 2026-11-23T12:59:58.123456+01:00 lb1 haproxy 1234 - - 10.0.0.1:50000 [23/Nov/2026:12:59:58.123] http-in",
       {.priority = 134,
        .format = k5424,
        .time = "2026-11-23T11:59:58.123456Z",
        .host = "lb1",
        .app = "haproxy",
        .procid = "1234",
        .message = "10.0.0.1:50000 [23/Nov/2026:12:59:58.123] http-in"}},
      {R"(<134>1 2026-11-23T12:59:58+01:00 lb1 haproxy 1234 - [exampleSDID@1234 rid="a1"] 10.0.0.1:50000)",
       {.priority = 134,
        .format = k5424,
        .time = "2026-11-23T11:59:58Z",
        .host = "lb1",
        .app = "haproxy",
        .procid = "1234",
        .data = R"([exampleSDID@1234 rid="a1"])",
        .message = "10.0.0.1:50000"}},
      {"<190>Nov 23 11:59:58 web1 nginx: 10.0.0.1 - - [23/Nov/2026:11:59:58 +0000] \"GET / HTTP/1.1\" 200 612",
       {.priority = 190,
        .time = "2026-11-23T11:59:58Z",
        .host = "web1",
        .app = "nginx",
        .message = "10.0.0.1 - - [23/Nov/2026:11:59:58 +0000] \"GET / HTTP/1.1\" 200 612"}},
      {"<187>Nov 23 11:59:58 nginx: 2026/11/23 11:59:58 [error] 7#7: *1 open() failed",  // nohostname
       {.priority = 187,
        .time = "2026-11-23T11:59:58Z",
        .app = "nginx",
        .message = "2026/11/23 11:59:58 [error] 7#7: *1 open() failed"}},
      {"<134>Nov 23 11:59:58 web1 httpd[99]: 10.0.0.1 - joe [23/Nov/2026:11:59:58 +0000] \"GET /\" 200 1",
       {.priority = 134,
        .time = "2026-11-23T11:59:58Z",
        .host = "web1",
        .app = "httpd",
        .procid = "99",
        .message = "10.0.0.1 - joe [23/Nov/2026:11:59:58 +0000] \"GET /\" 200 1"}},
      {"<134>2026-11-23T11:59:58Z cache-ams21 edge[4711]: {\"status\":200}",
       {.priority = 134,
        .time = "2026-11-23T11:59:58Z",
        .host = "cache-ams21",
        .app = "edge",
        .procid = "4711",
        .message = "{\"status\":200}"}},
  });
}

TEST(Programs, Libraries) {
  expect_lines({
      // Python's SysLogHandler: neither date nor host
      {"<14>myapp: started", {.priority = 14, .app = "myapp", .message = "started"}},
      {"<14>started without an ident", {.priority = 14, .message = "started without an ident"}},
      {"<14>myapp:no blank", {.priority = 14, .message = "myapp:no blank"}},
      // Go's log/syslog
      {"<14>2026-11-23T12:59:58+01:00 web1 worker[77]: x",
       {.priority = 14, .time = "2026-11-23T11:59:58Z", .host = "web1", .app = "worker", .procid = "77", .message = "x"}},
      // Java
      {"<14>Nov 23 11:59:58 web1 INFO [main] com.example.App - started",
       {.priority = 14, .time = "2026-11-23T11:59:58Z", .host = "web1", .message = "INFO [main] com.example.App - started"}},
      {"<14>1 2026-11-23T11:59:58.123Z web1 app - - [mdc@18060 user=\"joe\"] at com.example.App\n\tat com.example.Main",
       {.priority = 14,
        .format = k5424,
        .time = "2026-11-23T11:59:58.123Z",
        .host = "web1",
        .app = "app",
        .data = "[mdc@18060 user=\"joe\"]",
        .message = "at com.example.App\n\tat com.example.Main"}},
      // .NET
      {"<134>1 2009-10-16T11:51:56+02:00 exchange.esbjerg MSExchange_ADAccess 20208 - [origin ip=\"exchange.esbjerg\"]"
       "[EventData@18372.4 Data=\"POOL.CONFIG\\\" -W \\\"\\\" -M 1\"] \xEF\xBB\xBF"
       "An event",
       {.priority = 134,
        .format = k5424,
        .time = "2009-10-16T09:51:56Z",
        .host = "exchange.esbjerg",
        .app = "MSExchange_ADAccess",
        .procid = "20208",
        .data = "[origin ip=\"exchange.esbjerg\"][EventData@18372.4 Data=\"POOL.CONFIG\\\" -W \\\"\\\" -M 1\"]",
        .message = "An event"}},
      // Heroku's router: no structured data, not even nil
      {"<158>1 2026-11-23T11:59:58.123456+00:00 host heroku router - at=info method=GET path=\"/\"",
       {.priority = 158,
        .format = k5424,
        .time = "2026-11-23T11:59:58.123456Z",
        .host = "host",
        .app = "heroku",
        .procid = "router",
        .message = "at=info method=GET path=\"/\"",
        .flags = kBad}},
      // JSON as the whole text
      {R"(<134>{"count": 1, "timestamp": 1547421943})",
       {.priority = 134, .message = R"({"count": 1, "timestamp": 1547421943})"}},
      // CEF and LEEF
      {"<13>Nov 23 11:59:58 web1 CEF:0|Vendor|Product|1.0|100|attack|10|src=10.0.0.1",
       {.priority = 13,
        .time = "2026-11-23T11:59:58Z",
        .host = "web1",
        .message = "CEF:0|Vendor|Product|1.0|100|attack|10|src=10.0.0.1"}},
      {"CEF:0|Vendor|Product|1.0|100|attack|10|src=10.0.0.1",
       {.format = Format::raw, .message = "CEF:0|Vendor|Product|1.0|100|attack|10|src=10.0.0.1"}},
      {"<13>1 2026-11-23T11:59:58Z web1 LEEF 7 - - LEEF:1.0|Vendor|Product|1|100|a=b",
       {.priority = 13,
        .format = k5424,
        .time = "2026-11-23T11:59:58Z",
        .host = "web1",
        .app = "LEEF",
        .procid = "7",
        .message = "LEEF:1.0|Vendor|Product|1|100|a=b"}},
      {"<14>1 2026-11-23T11:59:58Z web1 app 7 ID1 [broken sub=x] text",
       {.priority = 14,
        .format = k5424,
        .time = "2026-11-23T11:59:58Z",
        .host = "web1",
        .app = "app",
        .procid = "7",
        .msgid = "ID1",
        .message = "[broken sub=x] text",
        .flags = kBad}},
  });
}

}  // namespace
}  // namespace longshore::shipper
