#include "rules/delivery/delivery.hpp"

#include <cerrno>

#include "rules/delivery/alert_spool.hpp"
#include "rules/delivery/delivery_bench_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Change = AlertChange::Kind;
using Bench = DeliveryBench;

AlertSinkOptions opsgenie(AlertUpdates updates = AlertUpdates::put) {
  return {.type = AlertSinkType::opsgenie,
          .name = "pager",
          .url = updates == AlertUpdates::put ? "https://opsgenie" : "https://jsm/jsm/ops/integration",
          .key = base::Secret("key"),
          .updates = updates};
}

std::string note_of(const Bench& bench) { return bench.log.empty() ? "" : bench.log.back(); }

TEST(Delivery, AnAlertOpensIsUpdatedAndCloses) {
  Bench bench({opsgenie()});
  bench.start();
  for (const auto kind : {Change::open, Change::repeat, Change::note, Change::close}) {
    AlertChange change = change_of(kind);
    change.note = "why";
    bench.delivery->submit(change);
    ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
  }
  EXPECT_EQ(bench.desk.record.history("oom|web-1"), "open repeat update update update note close");
  EXPECT_EQ(bench.delivery->status().sinks[0].delivered, 4U);
  EXPECT_GT(bench.delivery->status().sinks[0].last_success.ns, 0);
}

TEST(Delivery, ThePageIsOnTheWireAtOnce) {
  Bench bench({opsgenie()});
  bench.start();
  const base::Duration before = bench.timers.now();
  bench.delivery->submit(change_of(Change::open));
  ASSERT_TRUE(bench.run_until([&] { return bench.requests == 1; }));
  EXPECT_EQ(bench.timers.now() - before, 5ms);
}

TEST(Delivery, NothingIsSentBeforeItIsOnDisk) {
  Bench bench({opsgenie()});
  bench.start();
  bench.delivery->submit(change_of(Change::open));
  bool first = true;
  bench.fate = [&]() -> Bench::Fate {
    if (std::exchange(first, false)) {
      EXPECT_TRUE(bench.files.content("alerts/alerts.journal").contains("oom|web-1"));
    }
    return {};
  };
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
  EXPECT_FALSE(first);
}

TEST(Delivery, WhatFailsOnDiskIsSentAllTheSameAndRaisesTheAlarmOnce) {
  Bench bench({opsgenie()});
  bench.start();
  bench.files.fail_matching("sync", EIO, 1000);
  bench.delivery->submit(change_of(Change::open));
  bench.delivery->submit(change_of(Change::open, "other"));
  ASSERT_TRUE(bench.run_until([&] { return bench.desk.opsgenie.open() == 2; }, 1min));
  bench.pass(10s);
  EXPECT_EQ(bench.alarms.size(), 1U);
}

TEST(Delivery, ARefusedAlertIsInTheDeadLettersAndRaisesTheAlarm) {
  Bench bench({opsgenie()});
  bench.start();
  bool refuse = true;
  bench.fate = [&]() -> Bench::Fate {
    if (!refuse) return {};
    return {.instead = AlertAnswer{.status = 422, .body = "message is too long"}};
  };
  bench.delivery->submit(change_of(Change::open));
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
  EXPECT_EQ(bench.alarms.size(), 1U);
  const ReadJson letter(bench.files.content("alerts/dead-letters/pager.jsonl"));
  EXPECT_EQ(letter.text("/change/alias"), "oom|web-1");
  EXPECT_TRUE(letter.text("/reason").contains("message is too long"));
  EXPECT_EQ(bench.delivery->status().sinks[0].refused, 1U);
  refuse = false;
  bench.delivery->submit(change_of(Change::open, "next"));
  ASSERT_TRUE(bench.run_until([&] { return bench.desk.opsgenie.known("next"); }));
}

TEST(Delivery, ASinkThatIsDownForLongRaisesTheAlarmOnce) {
  Bench bench({opsgenie()});
  bench.start();
  bool down = true;
  bench.fate = [&]() -> Bench::Fate {
    if (!down) return {};
    return {.instead = AlertAnswer{.body = "connection refused"}};
  };
  bench.delivery->submit(change_of(Change::open));
  bench.pass(4min);
  EXPECT_EQ(bench.alarms.size(), 0U);
  bench.pass(2min);
  EXPECT_EQ(bench.alarms.size(), 1U);
  bench.pass(1h);
  EXPECT_EQ(bench.alarms.size(), 1U);
  EXPECT_EQ(bench.delivery->status().sinks[0].state, "retrying");
  down = false;
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }, 1min));
  EXPECT_EQ(note_of(bench), "takes alerts again");
}

TEST(Delivery, AWrongKeyHoldsTheAlertsUntilItIsMended) {
  Bench bench({opsgenie()});
  bench.desk.opsgenie.key = "other";
  bench.start();
  bench.delivery->submit(change_of(Change::open));
  bench.pass(10min);
  EXPECT_EQ(bench.delivery->status().sinks[0].state, "held");
  EXPECT_EQ(bench.delivery->status().sinks[0].refused, 0U);
  bench.desk.opsgenie.key = "key";
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }, 2min));
}

TEST(Delivery, AStormWhileTheSinkIsDownIsFoldedAndAllOfItGoesOut) {
  Bench bench({opsgenie()});
  bench.start();
  bool down = true;
  bench.fate = [&]() -> Bench::Fate {
    if (!down) return {};
    return {.instead = AlertAnswer{.status = 503}};
  };
  const auto submit = [&](Change kind) {
    for (int i = 0; i < 100; ++i) bench.delivery->submit(change_of(kind, std::to_string(i)));
  };
  submit(Change::open);
  for (int round = 0; round < 10; ++round) submit(Change::repeat);
  bench.pass(10s);
  EXPECT_EQ(bench.delivery->status().sinks[0].waiting, 200U);
  submit(Change::close);
  down = false;
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
  EXPECT_EQ(bench.desk.opsgenie.open(), 0U);
  const auto episodes = bench.desk.record.episodes();
  EXPECT_EQ(episodes.size(), 100U);
  for (const auto& [alias, history] : episodes) ASSERT_EQ(history, "open close") << alias;
}

TEST(Delivery, WhatFindsNoRoomIsKeptForAPerson) {
  Bench bench({opsgenie()});
  bench.limit = {1000};
  bench.start();
  bench.fate = [] { return Bench::Fate{.instead = AlertAnswer{.status = 503}}; };
  for (int i = 0; i < 20; ++i) bench.delivery->submit(change_of(Change::open, std::to_string(i)));
  bench.pass(1s);
  const DeliveryStatus status = bench.delivery->status();
  EXPECT_EQ(status.no_room + status.sinks[0].waiting, 20U);
  const std::string letters = bench.files.content("alerts/dead-letters/no-room.jsonl");
  EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(letters, '\n')), status.no_room);
  EXPECT_EQ(bench.alarms.size(), 1U);
}

TEST(Delivery, EachSinkGoesItsOwnWay) {
  AlertSinkOptions webhook{.type = AlertSinkType::webhook, .name = "hook", .url = "https://hook/x"};
  Bench bench({opsgenie(), webhook});
  bench.desk.opsgenie.key = "other";
  bench.start();
  bench.delivery->submit(change_of(Change::open));
  bench.pass(1min);
  EXPECT_EQ(bench.desk.record.history("oom|web-1"), "open");
  EXPECT_EQ(bench.delivery->status().sinks[1].waiting, 0U);
  bench.crash();
  bench.desk.opsgenie.key = "key";
  bench.start();
  EXPECT_EQ(bench.delivery->status().sinks[1].waiting, 0U) << "it has settled it";
  ASSERT_TRUE(bench.run_until([&] { return bench.desk.opsgenie.open() == 1; }, 5min));
}

TEST(Delivery, StopSendsWhatWaitsButDoesNotWaitForASinkInTrouble) {
  Bench bench({opsgenie()});
  bench.start();
  for (int i = 0; i < 20; ++i) bench.delivery->submit(change_of(Change::open, std::to_string(i)));
  bench.stop(10s);
  EXPECT_EQ(bench.desk.opsgenie.open(), 20U);
  bench.start();
  EXPECT_TRUE(bench.rested()) << "all is settled";
  bench.fate = [] { return Bench::Fate{.instead = AlertAnswer{.status = 503}}; };
  bench.delivery->submit(change_of(Change::close, "7"));
  bench.pass(1s);
  const base::Duration before = bench.timers.now();
  bench.stop(10s);
  EXPECT_LT(bench.timers.now() - before, 1s);
}

TEST(Delivery, TheHeartbeatBeats) {
  AlertSinkOptions options = opsgenie();
  options.heartbeat.name = "web-1";
  Bench bench({options});
  bench.start();
  bench.pass(10min + 30s);
  EXPECT_EQ(bench.desk.record.all().size(), 11U);
  EXPECT_EQ(bench.desk.record.all()[0].alias, "web-1");
  EXPECT_EQ(bench.desk.record.all()[0].text, "authorized");
}

TEST(Delivery, AStoredAlertThatCannotBeReadIsKeptForAPersonAndDoesNotStopTheOthers) {
  Bench bench({opsgenie()});
  {
    AlertSpool spool = AlertSpool::open(bench.files, "alerts", {"pager"}).value();
    const std::vector<AlertSpool::Line> lines{{Change::open, "nonsense"}};
    ASSERT_TRUE(spool.save(lines, {}));
  }
  bench.start();
  bench.delivery->submit(change_of(Change::open));
  ASSERT_TRUE(bench.run_until([&] { return bench.desk.opsgenie.open() == 1; }));
  EXPECT_FALSE(bench.files.content("alerts/dead-letters/unreadable.jsonl").empty());
}

TEST(Delivery, SinksThatCannotWorkAreRefused) {
  Bench bench({});
  const auto open = [&](std::vector<AlertSinkOptions> sinks) {
    DeliveryParts parts{.loop = bench.loop.get_executor(),
                        .pool = bench.pool,
                        .timers = bench.timers,
                        .file_system = bench.files,
                        .log = [](auto...) {},
                        .alarm = [](auto...) {}};
    const auto opened = Delivery::open({.directory = "alerts", .sinks = std::move(sinks)}, std::move(parts));
    return opened ? "" : opened.error().message;
  };
  AlertSinkOptions bad = opsgenie();
  EXPECT_EQ(open({opsgenie(), opsgenie()}), "alerts: two sinks are named \"pager\": rename one");
  bad.name = "../x";
  EXPECT_TRUE(open({bad}).contains("name"));
  bad = opsgenie();
  bad.key = {};
  EXPECT_TRUE(open({bad}).contains("has no key"));
  EXPECT_TRUE(open({{.type = AlertSinkType::file, .name = "f"}}).contains("has no path"));
  EXPECT_TRUE(open({{.type = AlertSinkType::webhook, .name = "w"}}).contains("has no url"));
}

}  // namespace
}  // namespace longshore::rules
