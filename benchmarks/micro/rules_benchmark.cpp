// What a rule set costs per line. The argument is the number of rules: 60 real ones' worth of shapes, made many by the names
// of services; one line in a thousand matches.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/engine.hpp"
#include "rules/query/parser.hpp"

namespace longshore::rules {
namespace {

constexpr std::array kServices = {"sshd", "nginx",   "kernel", "postgres", "haproxy",
                                  "cron", "systemd", "java",   "dockerd",  "api"};

// Beyond the ten that log, names that somebody could give: "balitu", "dosena" …
std::string service(std::size_t i) {
  if (i < kServices.size()) return kServices[i];
  constexpr std::string_view kConsonants = "bdfglmnprstv", kVowels = "aeiou";
  std::string name;
  for (i = i * 7919 + 101; name.size() < 6; i /= 60) {
    name += kConsonants[i % 12];
    name += kVowels[i / 12 % 5];
  }
  return name;
}

// The shapes that rules of operations have, about as often as they have them.
std::string query(std::size_t i) {
  const std::string app = service(i / 12);
  switch (i % 12) {
    case 0:
      return fmt::format("syslog.appName:{} AND \"connection refused by upstream\"", app);
    case 1:
      return fmt::format("\"{} out of memory\" OR \"{} was killed\"", app, app);
    case 2:
      return fmt::format("syslog.appName:{} AND syslog.severity:[Emergency TO Critical]", app);
    case 3:
      return fmt::format("syslog.appName:{} AND message:/failed to (?:bind|listen) .* port \\d+/", app);
    case 4:
      return fmt::format("json.service:{} AND json.status:[500 TO 599]", app);
    case 5:
      return fmt::format("json.service:{} AND json.error.kind:Timeout*", app);
    case 6:
      return fmt::format("\"{} crashed\" AND NOT (test OR staging)", app);
    case 7:
      return fmt::format("message:/{} panicked at '(?P<why>[^']+)'/", app);
    case 8:
      return fmt::format("syslog.appName:{} AND (deadlock OR \"lock wait timeout\" OR \"too many connections\")", app);
    case 9:
      return fmt::format("raw:\"[{}] FATAL\"", app);
    case 10:
      return fmt::format("syslog.appName:{} AND certificate AND expir*", app);
    default:
      return fmt::format("\"disk quota exceeded\" AND {}", app);
  }
}

std::shared_ptr<const Program> program(std::size_t rules) {
  RuleSet set;
  for (std::size_t i = 0; i < rules; ++i) {
    RuleSpec& rule = set.rules.emplace_back();
    rule.id = fmt::format("rule-{}", i);
    rule.match = {query(i), parse_query(query(i)).tree};
    rule.alert.message = "{rule}";
  }
  return compile_rules(std::move(set));
}

struct Line {
  std::string app, message, raw;
  std::uint8_t priority;
};

std::vector<Line> lines(std::size_t count) {
  std::mt19937 random(7);
  const auto number = [&](unsigned most) { return random() % most; };
  std::vector<Line> all;
  for (std::size_t i = 0; i < count; ++i) {
    Line line;
    line.priority = 30;
    switch (number(7)) {
      case 0:
        line.app = "sshd";
        line.message = fmt::format("Accepted publickey for deploy from 10.{}.{}.{} port {} ssh2: ED25519 SHA256:{:032x}",
                                   number(256), number(256), number(256), 1024 + number(60000), random());
        break;
      case 1:
        line.app = "nginx";
        line.message = fmt::format(
            "192.0.2.{} - - [23/Nov/2026:03:42:{:02} +0000] \"GET /api/v1/orders/{} HTTP/1.1\" 200 {} \"-\" "
            "\"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"",
            number(256), number(60), number(1000000), number(100000));
        break;
      case 2:
        line.app = "kernel";
        line.message = fmt::format("[{}.{:06}] IPv6: ADDRCONF(NETDEV_CHANGE): veth{:06x}: link becomes ready",
                                   number(100000), number(1000000), number(0xFFFFFF));
        break;
      case 3:
        line.app = "postgres";
        line.message = fmt::format(
            "2026-11-23 03:42:{:02} UTC [{}] app@shop LOG:  duration: {}.{} ms  statement: SELECT id, name FROM items WHERE "
            "id = {} ORDER BY updated_at DESC LIMIT 20",
            number(60), number(30000), number(20), number(1000), number(100000));
        break;
      case 4:
        line.app = "haproxy";
        line.message = fmt::format(
            "198.51.100.{}:{} [23/Nov/2026:03:42:12.{}] fe_https~ be_api/web-{} 0/0/1/{}/{} 200 {} - - "
            "---- 120/120/8/2/0 0/0 \"GET /health HTTP/1.1\"",
            number(256), number(60000), number(1000), number(9), number(50), number(90), number(9000));
        break;
      case 5:
        line.app = "api";
        line.message = fmt::format(R"({{"time":"2026-11-23T03:42:{:02}Z","service":"api","level":"info","status":{},"user":)"
                                   R"({{"id":{},"plan":"free"}},"path":"/v1/items/{}","ms":{},"message":"request done"}})",
                                   number(60), 200 + number(5), number(100000), number(100000), number(300));
        break;
      default:
        line.app = "systemd";
        line.message = fmt::format("Started session-{}.scope - Session {} of User deploy.", number(100000), number(100000));
    }
    if (i % 1000 == 999) {
      line.app = "postgres";
      line.message = "ERROR: deadlock detected while updating items";
    }
    line.raw = fmt::format("<{}>Nov 23 03:42:12 web-1 {}[{}]: {}", line.priority, line.app, number(30000), line.message);
    all.push_back(std::move(line));
  }
  return all;
}

void evaluate_lines(benchmark::State& state) {
  Engine engine(program(static_cast<std::size_t>(state.range(0))), {.host = "web-1"}, [](AlertChange) {});
  const std::vector<Line> all = lines(20'000);
  std::vector<EventView> views;
  std::size_t bytes = 0;
  for (const Line& line : all) {
    const std::string_view raw = line.raw;  // the message is a part of the frame, as in shipper
    views.push_back({.time = {1'795'405'332'000'000'000},
                     .priority = line.priority,
                     .message = raw.substr(raw.size() - line.message.size()),
                     .raw = line.raw,
                     .host = "web-1",
                     .app = line.app,
                     .procid = "42",
                     .msgid = {},
                     .structured_data = {},
                     .fields = {},
                     .source = "syslog",
                     .tags = {}});
    bytes += line.raw.size();
  }
  constexpr std::size_t kBatch = 500;
  for (auto _ : state)
    for (std::size_t at = 0; at < views.size(); at += kBatch)
      engine.evaluate(std::span(views).subspan(at, kBatch), {1'795'405'332'000'000'000});
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * all.size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
}
BENCHMARK(evaluate_lines)->Arg(10)->Arg(100)->Arg(200)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace longshore::rules

BENCHMARK_MAIN();
