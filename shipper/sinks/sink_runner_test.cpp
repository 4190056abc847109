#include "shipper/sinks/sink_runner.hpp"

#include <gtest/gtest.h>

#include "shipper/sinks/sink_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

RunnerOptions options(std::size_t max_bytes = 10'000, std::uint32_t max_in_flight = 4) {
  return {.name = "test", .type = "fake", .rules = {.max_bytes = max_bytes}, .max_in_flight = max_in_flight};
}

bool has(const Payload& payload, std::string_view text) { return payload.body->find(text) != std::string::npos; }

TEST(SinkRunner, DeliversEveryEventOnceAndMovesTheCursor) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  for (int i = 0; i < 20; ++i) bench.append(50);
  ASSERT_TRUE(bench.run_until([&] { return bench.settled() == 1000; }));
  EXPECT_EQ(sender.delivered.size(), 1000U);
  for (const auto& [seq, times] : sender.delivered) EXPECT_EQ(times, 1) << seq;
  EXPECT_LE(sender.most_under_way, 4U);
  EXPECT_EQ(bench.runner->status().delivered, 1000U);
  EXPECT_EQ(bench.runner->status().backlog, 0U);
}

TEST(SinkRunner, ABodyThatIsNotFullGoesOutAfterItsLinger) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  bench.append(1);
  const base::Duration before = bench.timers.now();
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 1; }));
  EXPECT_EQ(bench.timers.now() - before, 200ms);
}

TEST(SinkRunner, BodiesHoldAtMostTheirSizeAndOneLineAnEvent) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  bench.append(500);
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 500; }));
  std::ptrdiff_t lines = 0;
  for (const std::string& body : sender.bodies) {
    EXPECT_LE(body.size(), 10'000U);
    lines += std::ranges::count(body, '\n');
  }
  EXPECT_EQ(lines, 500);
}

TEST(SinkRunner, EventsOfDifferentPartitionsNeverShareABody) {
  Bench bench;
  RunnerOptions rules = options();
  rules.rules.partition = [](const SourceInfo& source) { return source.tags.at(0); };
  FakeSender& sender = bench.start(rules);
  for (int i = 0; i < 30; ++i)
    bench.append(3, {.name = "s", .tags = {i % 2 == 0 ? "a" : "b"}}, i % 2 == 0 ? "of-a" : "of-b");
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 90; }));
  for (std::size_t i = 0; i < sender.bodies.size(); ++i) {
    EXPECT_EQ(sender.bodies[i].contains("of-a"), sender.partitions[i] == "a");
    EXPECT_EQ(sender.bodies[i].contains("of-b"), sender.partitions[i] == "b");
  }
}

TEST(SinkRunner, AnHourOfDeathCostsNoMemoryAndNoEvent) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  bool dead = true;
  sender.answer = [&](const Payload&) {
    return dead ? Outcome{.verdict = Verdict::retry, .reason = "connection refused"} : Outcome{};
  };
  for (int minute = 0; minute < 60; ++minute) {
    bench.append(200);
    bench.pass(1min);
  }
  EXPECT_EQ(sender.delivered.size(), 0U);
  EXPECT_LE(sender.most_bytes, 4 * 10'000U);
  EXPECT_LT(sender.requests, 150U);  // about one a minute once the pause has grown
  EXPECT_EQ(bench.runner->status().state, "retrying");
  EXPECT_EQ(bench.runner->status().backlog, 12'000U);
  EXPECT_GT(bench.runner->status().backlog_seconds, 3500);
  EXPECT_TRUE(bench.logged("WARN test: connection refused"));
  dead = false;
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 12'000; }));
  for (const auto& [seq, times] : sender.delivered) ASSERT_EQ(times, 1) << seq;
  EXPECT_LE(sender.most_bytes, 4 * 10'000U);
  EXPECT_TRUE(bench.logged("INFO test: delivers again"));
}

TEST(SinkRunner, WhileInTroubleOnlyOneRequestTriesAtATime) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  sender.answer = [&](const Payload&) { return Outcome{.verdict = Verdict::retry, .reason = "500"}; };
  bench.append(2000);
  bench.pass(1s);
  sender.most_under_way = 0;
  const std::size_t before = sender.requests;
  bench.pass(10min);
  EXPECT_EQ(sender.most_under_way, 1U);
  EXPECT_LT(sender.requests - before, 30U);
}

TEST(SinkRunner, ThePauseThatTheSinkAsksForIsHonoured) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  bool refused = false;
  sender.answer = [&](const Payload&) {
    if (std::exchange(refused, true)) return Outcome{};
    return Outcome{.verdict = Verdict::retry, .reason = "429", .pause = 90s};
  };
  bench.append(1);
  ASSERT_TRUE(bench.run_until([&] { return sender.requests == 1; }));
  const base::Duration at = bench.timers.now();
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 1; }));
  EXPECT_GE(bench.timers.now() - at, 90s);
}

TEST(SinkRunner, ARefusedTokenHoldsTheQueueAndRaisesTheAlarm) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  bool refused = true;
  sender.answer = [&](const Payload&) {
    return refused ? Outcome{.verdict = Verdict::hold, .reason = "answered 403"} : Outcome{};
  };
  bench.append(1000);
  bench.pass(30min);
  EXPECT_EQ(bench.runner->status().state, "held");
  EXPECT_TRUE(bench.logged("ERROR test: answered 403"));
  EXPECT_LE(sender.requests, 35U);  // one a minute
  EXPECT_EQ(bench.runner->status().dead_lettered, 0U);
  refused = false;
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 1000; }));
  EXPECT_EQ(bench.runner->status().state, "ok");
}

TEST(SinkRunner, BisectionFindsExactlyThePoisonAndDeliversTheRest) {
  Bench bench;
  FakeSender& sender = bench.start(options(100'000));
  sender.answer = [](const Payload& payload) {
    return has(payload, "\"seq=77 ") || has(payload, "\"seq=300 ")
               ? Outcome{.verdict = Verdict::split, .reason = "answered 400"}
               : Outcome{};
  };
  bench.append(500);
  ASSERT_TRUE(bench.run_until([&] { return bench.settled() == 500; }));
  EXPECT_EQ(sender.delivered.size(), 498U);
  EXPECT_FALSE(sender.delivered.contains(77));
  EXPECT_FALSE(sender.delivered.contains(300));
  EXPECT_LT(sender.requests, 50U);
  const std::string letters = bench.files.content("dead/test.jsonl");
  EXPECT_EQ(std::ranges::count(letters, '\n'), 2);
  EXPECT_NE(letters.find(R"("reason":"answered 400","seq":77,"source":"test","frame":"seq=77 "})"), std::string::npos)
      << letters;
  EXPECT_NE(letters.find("\"seq\":300,"), std::string::npos);
  EXPECT_EQ(bench.runner->status().dead_lettered, 2U);
  EXPECT_EQ(bench.runner->status().delivered, 498U);
}

TEST(SinkRunner, ASinkThatRefusesEverythingIsHeldInsteadOfEmptyingTheQueueIntoAFile) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  sender.answer = [](const Payload&) { return Outcome{.verdict = Verdict::split, .reason = "answered 400"}; };
  bench.append(2000);
  bench.pass(10s);
  EXPECT_EQ(bench.runner->status().state, "held");
  EXPECT_LE(bench.runner->status().dead_lettered, 16U + 4U);
  EXPECT_TRUE(bench.logged("check the sink's URL"));
}

TEST(SinkRunner, IfTheDeadLetterFileCannotBeWrittenTheEventWaits) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  sender.answer = [](const Payload& payload) {
    return has(payload, "seq=3 ") ? Outcome{.verdict = Verdict::split, .reason = "answered 413"} : Outcome{};
  };
  bench.files.fail_matching("dead/test.jsonl", ENOSPC, 3);
  bench.append(10);
  ASSERT_TRUE(bench.run_until([&] { return bench.settled() == 10; }));
  EXPECT_TRUE(bench.logged("dead-letter file: "));
  EXPECT_EQ(sender.delivered.size(), 9U);
  EXPECT_EQ(bench.runner->status().dead_lettered, 1U);
}

TEST(SinkRunner, ASlowSinkReadsNoFurtherThanItsRequestsInFlight) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  sender.hold_back = true;
  for (int i = 0; i < 50; ++i) bench.append(100);
  bench.pass(1min);
  EXPECT_EQ(sender.under_way, 4U);
  EXPECT_LE(sender.bytes_under_way, 40'000U);
  EXPECT_EQ(bench.runner->status().in_flight, 4U);
  EXPECT_EQ(bench.settled(), 0U);
  sender.release();
  ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() == 5000; }));
}

TEST(SinkRunner, TheCursorNeverPassesAnUnfinishedRequest) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  bool stuck = true;
  sender.answer = [&](const Payload& payload) {
    return stuck && payload.first_seq == 1 ? Outcome{.verdict = Verdict::retry, .reason = "500", .pause = 10s} : Outcome{};
  };
  bench.append(400);
  ASSERT_TRUE(bench.run_until([&] { return sender.requests > 4; }));
  bench.pass(1min);
  EXPECT_EQ(bench.settled(), 0U);
  stuck = false;
  ASSERT_TRUE(bench.run_until([&] { return bench.settled() == 400; }));
}

TEST(SinkRunner, AfterACrashNothingIsLostAndOnlyWhatWasUnderWayComesTwice) {
  Bench bench;
  std::map<std::uint64_t, int> total;
  for (int round = 0; round < 5; ++round) {
    FakeSender& sender = bench.start(options());
    bench.append(1000);
    ASSERT_TRUE(bench.run_until([&] { return sender.delivered.size() > 500; }));
    sender.hold_back = true;  // what is under way now is cut off
    bench.pass(300ms);        // the cursor is saved
    for (const auto& [seq, times] : sender.delivered) total[seq] += times;
    bench.crash();
    bench.open_spool();
  }
  FakeSender& sender = bench.start(options());
  ASSERT_TRUE(bench.run_until([&] { return bench.settled() == 5000; }));
  for (const auto& [seq, times] : sender.delivered) total[seq] += times;
  EXPECT_EQ(total.size(), 5000U);
  int duplicates = 0;
  for (const auto& [seq, times] : total) duplicates += times - 1;
  EXPECT_LE(duplicates, 5 * 4 * 100);  // at most what four bodies hold, each time
}

TEST(SinkRunner, StoppingDeliversWhatIsGatheredAndSavesTheCursor) {
  Bench bench;
  RunnerOptions slow = options();
  slow.rules.linger = 1h;
  FakeSender& sender = bench.start(slow);
  bench.append(7);
  bench.pass(1s);
  EXPECT_EQ(sender.delivered.size(), 0U);
  bench.stop();
  EXPECT_EQ(bench.settled(), 7U);
}

TEST(SinkRunner, StoppingWhileInTroubleDoesNotWaitAndLosesNothing) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  sender.answer = [](const Payload&) { return Outcome{.verdict = Verdict::retry, .reason = "500"}; };
  bench.append(1000);
  bench.pass(5min);
  const base::Duration before = bench.timers.now();
  bench.stop(10min);
  EXPECT_LT(bench.timers.now() - before, 1min);
  EXPECT_EQ(bench.settled(), 0U);
  FakeSender& well = bench.start(options());
  ASSERT_TRUE(bench.run_until([&] { return well.delivered.size() == 1000; }));
}

TEST(SinkRunner, ARequestThatNeverEndsIsGivenUpAtTheDrainLimit) {
  Bench bench;
  FakeSender& sender = bench.start(options());
  sender.hold_back = true;
  bench.append(10);
  bench.pass(1s);
  const base::Duration before = bench.timers.now();
  bench.stop(5s);
  EXPECT_EQ(bench.timers.now() - before, 5s);
  EXPECT_EQ(bench.settled(), 0U);
}

TEST(SinkRunner, OneDeadSinkDoesNotSlowAnother) {
  Bench bench;
  FakeSender& dead = bench.start({.name = "dead", .type = "fake", .rules = {.max_bytes = 10'000}});
  dead.hold_back = true;
  std::unique_ptr<SinkRunner> dead_runner = std::move(bench.runner);
  FakeSender& well = bench.start({.name = "well", .type = "fake", .rules = {.max_bytes = 10'000}});
  for (int i = 0; i < 50; ++i) {
    bench.append(100);
    dead_runner->notify(10'000);
  }
  ASSERT_TRUE(bench.run_until([&] { return well.delivered.size() == 5000; }, 10s));
  EXPECT_EQ(dead.delivered.size(), 0U);
  bench.stop();
  bench.runner = std::move(dead_runner);
}

TEST(SinkRunner, ABacklogThatNearsTheRetentionIsSaidOnceAnHour) {
  Bench bench;
  RunnerOptions kept = options();
  kept.retention = 100min;
  FakeSender& sender = bench.start(kept);
  sender.answer = [](const Payload&) { return Outcome{.verdict = Verdict::retry, .reason = "500"}; };
  bench.append(10);
  bench.pass(70min);
  EXPECT_FALSE(bench.logged("oldest waiting event"));
  bench.pass(20min);
  EXPECT_TRUE(bench.logged("WARN test: the oldest waiting event is 80 min old"));
  EXPECT_LE(std::ranges::count_if(bench.log, [](const auto& line) { return line.contains("oldest"); }), 1);
}

}  // namespace
}  // namespace longshore::shipper
