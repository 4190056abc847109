// The senders against a real receiver on loopback: every bad day of a sink, and that all is delivered when it is over.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "shipper/encode/batch_for_test.hpp"
#include "shipper/sinks/make_sink.hpp"
#include "tests/support/fault_file_system.hpp"
#include "tests/support/receiver/receiver.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using receiver::Receiver;
using receiver::ReceiverOptions;
using receiver::Tally;

class Senders : public testing::Test {
 protected:
  ~Senders() override {
    if (runner) stop();
  }
  void start(const SinkOptions& options) {
    auto made = make_sink(options, parts(), files);
    ASSERT_TRUE(made) << made.error().message;
    runner = std::move(*made);
    ASSERT_TRUE(runner->open());
    runner->start();
  }
  RunnerParts parts() {
    return {.loop = loop.get_executor(),
            .pool = pool,
            .timers = timers,
            .spool = *spool,
            .dead_letters = dead_letters,
            .log = [this](SinkLogLevel, std::string_view, const std::string& text) { log += text + "\n"; },
            .most_unread = 1 << 20};
  }
  void append(int count, const SourceInfo& source = {.name = "test", .tags = {}}, const std::string& more = {}) {
    auto batch = std::make_shared<Batch>();
    batch->received = timers.wall();
    for (int i = 0; i < count; ++i)
      add_event(*batch, {.message = "seq=" + std::to_string(next_number++) + " " + more, .host = "h", .app = "a"}, source);
    EXPECT_TRUE(spool->append(batch));
    EXPECT_TRUE(spool->sync());
    if (runner) runner->notify(batch->arena.size());
  }
  bool run_until(const std::function<bool()>& done, base::Duration limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      loop.restart();
      loop.run_one_for(5ms);
    }
    return true;
  }
  bool all_settled() {
    return run_until([&] { return spool->cursors().at("sink") == static_cast<std::uint64_t>(next_number); });
  }
  void stop() {
    bool stopped = false;
    boost::asio::co_spawn(loop, runner->stop(2s), [&stopped](std::exception_ptr) { stopped = true; });
    EXPECT_TRUE(run_until([&stopped] { return stopped; }));
    runner.reset();
  }
  // Every number has arrived; returns how many came twice.
  std::uint64_t check_complete(const Tally& tally) const {
    EXPECT_EQ(tally.numbers.unique(), static_cast<std::uint64_t>(next_number - 1)) << tally.json(1);
    EXPECT_EQ(tally.bodies_over_limit, 0U);
    EXPECT_EQ(tally.events_over_limit, 0U);
    EXPECT_EQ(log.find("SECRET"), std::string::npos) << log;
    return tally.duplicates;
  }
  LogglySinkOptions loggly(const Receiver& to) const {
    LogglySinkOptions options;
    options.name = "sink";
    options.retry_min = 10ms;
    options.retry_max = 50ms;
    options.url = to.url();
    options.token = base::Secret("SECRET-TOKEN");
    options.tags = {"prod"};
    options.batch_size = {20'000};
    options.linger = 5ms;
    options.timeout = 300ms;
    return options;
  }

  test_support::FaultFileSystem files;
  boost::asio::io_context loop{1};
  io::BlockingPool pool{2};
  io::RealTimers timers;
  std::unique_ptr<Spool> spool = Spool::open({.dir = "spool"}, files).value();
  DeadLetters dead_letters{"dead", base::Bytes{1 << 20}, files};
  std::unique_ptr<SinkRunner> runner;
  std::string log;
  int next_number = 1;
};

TEST_F(Senders, LogglyGetsEveryEventOnceWithTokenAndTags) {
  const auto to = Receiver::start({.token = "SECRET-TOKEN", .keep_lines = 1}).value();
  start(loggly(*to));
  append(500, {.name = "s", .tags = {"web tier", "prod"}});
  append(500, {.name = "t", .tags = {}});
  ASSERT_TRUE(all_settled());
  const Tally tally = to->tally();
  EXPECT_EQ(check_complete(tally), 0U);
  EXPECT_EQ(tally.tags.at("prod,web_tier"), 500U);
  EXPECT_EQ(tally.tags.at("prod"), 500U);
  EXPECT_TRUE(tally.last_head.starts_with("POST /bulk/SECRET-TOKEN HTTP/1.1\r\n")) << tally.last_head;
  EXPECT_NE(tally.last_head.find("\r\nContent-Type: text/plain\r\n"), std::string::npos);
  EXPECT_EQ(tally.lines.at(0),
            R"({"timestamp":"2026-11-23T03:42:12.123456Z","host":"h","app":"a","message":"seq=1 ","source":"s"})");
}

TEST_F(Senders, LogglySurvivesEveryBadAnswer) {
  const auto to = Receiver::start({}).value();
  start(loggly(*to));
  for (const char* mode : {"http500*3", "429*2", "408*2", "html200*3", "reset*3", "half*3", "never*3", "slow:400*2"}) {
    to->set_mode(mode);
    append(1000);
    ASSERT_TRUE(all_settled()) << mode << "\n" << log;
  }
  // An answer that was cut off, or that came too late, leaves no other way than to send again.
  EXPECT_LE(check_complete(to->tally()), 2U * 300);
  EXPECT_GE(runner->status().retries, 8U);
}

TEST_F(Senders, LogglyThatIsNotThereYetIsWaitedFor) {
  auto first = Receiver::start({}).value();
  const std::uint16_t port = first->port();
  const LogglySinkOptions options = loggly(*first);
  first.reset();
  start(options);
  append(100);
  ASSERT_TRUE(run_until([&] { return runner->status().state == "retrying"; }));
  const auto to = Receiver::start({.port = port}).value();
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(check_complete(to->tally()), 0U);
}

TEST_F(Senders, LogglyThatRefusesTheTokenHoldsTheQueue) {
  const auto to = Receiver::start({.token = "another"}).value();
  start(loggly(*to));
  append(1000);
  ASSERT_TRUE(run_until([&] { return runner->status().state == "held"; }));
  EXPECT_NE(log.find("answered 403"), std::string::npos);
  EXPECT_EQ(log.find("SECRET"), std::string::npos) << log;
  EXPECT_EQ(runner->status().backlog, 1000U);
}

TEST_F(Senders, LogglyThatFindsABodyTooLargeGetsSmallerOnes) {
  const auto to = Receiver::start({.mode = receiver::parse_mode("over:5000").value()}).value();
  start(loggly(*to));
  append(1000);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(check_complete(to->tally()), 0U);
  EXPECT_LE(to->tally().largest_body, 5000U);
  EXPECT_EQ(runner->status().dead_lettered, 0U);
}

TEST_F(Senders, LogglyThatRefusesOneEventGetsAllOthers) {
  const auto to = Receiver::start({.mode = receiver::parse_mode("poison:seq=333 ").value()}).value();
  start(loggly(*to));
  append(1000);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(to->tally().numbers.unique(), 999U);
  EXPECT_FALSE(to->tally().numbers.contains(333));
  EXPECT_NE(files.content("dead/sink.jsonl").find("seq=333 "), std::string::npos);
}

TEST_F(Senders, AnEventOfTwoMegabytesArrivesCutToTheLimit) {
  const auto to = Receiver::start({}).value();
  LogglySinkOptions options = loggly(*to);
  options.batch_size = {5'000'000};
  options.timeout = 10s;
  start(options);
  append(3, {.name = "s", .tags = {}}, std::string(2'000'000, '\n'));
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(check_complete(to->tally()), 0U);
  EXPECT_GE(to->tally().largest_event, 999'998U);  // the limit, less a part of the last character
}

TEST_F(Senders, CompressionThatLogglyRefusesIsTurnedOffWithoutLoss) {
  for (const bool accepted : {true, false}) {
    const auto to = Receiver::start({.mode = receiver::parse_mode(accepted ? "ok" : "415*1").value()}).value();
    LogglySinkOptions options = loggly(*to);
    options.compress = Compression::gzip;
    options.max_in_flight = 1;
    start(options);
    const int first = next_number;
    append(1000);
    ASSERT_TRUE(all_settled());
    EXPECT_EQ(to->tally().numbers.unique(), 1000U) << first;
    EXPECT_EQ(to->tally().last_head.find("Content-Encoding: gzip") != std::string::npos, accepted);
    stop();
  }
  EXPECT_NE(log.find("going on without"), std::string::npos);
}

TEST_F(Senders, HttpSendsTagsHeadersAndZstd) {
  const auto to = Receiver::start({.keep_lines = 1}).value();
  HttpSinkOptions options;
  options.name = "sink";
  options.url = to->url() + "/logs";
  options.headers = {{"X-Team", "ops"}};
  options.bearer_token = base::Secret("SECRET-BEARER");
  options.compress = Compression::zstd;
  options.linger = 5ms;
  start(options);
  append(1000, {.name = "s", .tags = {"a"}});
  ASSERT_TRUE(all_settled());
  const Tally tally = to->tally();
  EXPECT_EQ(check_complete(tally), 0U);
  EXPECT_LT(tally.wire_bytes, tally.bytes / 5);
  EXPECT_NE(tally.last_head.find("\r\nX-Team: ops\r\n"), std::string::npos);
  EXPECT_NE(tally.last_head.find("\r\nAuthorization: Bearer SECRET-BEARER\r\n"), std::string::npos);
  EXPECT_TRUE(tally.lines.at(0).ends_with(R"("source":"s","tags":["a"]})")) << tally.lines.at(0);
}

SyslogSinkOptions syslog(std::uint16_t port, SyslogFraming framing) {
  SyslogSinkOptions options;
  options.name = "sink";
  options.retry_min = 10ms;
  options.retry_max = 50ms;
  options.url = "tcp://127.0.0.1:" + std::to_string(port);
  options.timeout = 1s;
  options.framing = framing;
  return options;
}

TEST_F(Senders, SyslogArrivesInBothFramings) {
  for (const SyslogFraming framing : {SyslogFraming::octet, SyslogFraming::lf}) {
    const auto to = Receiver::start({.syslog = true, .keep_lines = 1}).value();
    start(syslog(to->syslog_port(), framing));
    append(2000);
    ASSERT_TRUE(all_settled());
    ASSERT_TRUE(run_until([&] { return to->tally().events == 2000; }));
    EXPECT_EQ(to->tally().numbers.unique(), 2000U);
    EXPECT_TRUE(to->tally().lines.at(0).starts_with("<13>1 2026-11-23T03:42:12.123456Z h a - - - seq="))
        << to->tally().lines[0];
    stop();
  }
}

TEST_F(Senders, WhatASyslogPeerHasNotAcknowledgedIsSentAgain) {
  auto to = Receiver::start({.syslog = true, .mode = receiver::parse_mode("stall").value()}).value();
  const std::uint16_t port = to->syslog_port();
  start(syslog(port, SyslogFraming::octet));
  for (int i = 0; i < 30; ++i)
    append(10, {.name = "s", .tags = {}}, std::string(60'000, 'x'));  // more than any socket takes
  ASSERT_TRUE(run_until([&] { return runner->status().retries > 0; }));
  EXPECT_LT(spool->cursors().at("sink"), 300U);
  to.reset();
  to = Receiver::start({.syslog = true, .syslog_port = port}).value();
  ASSERT_TRUE(all_settled());
  const std::uint64_t delivered_before = 300 - to->tally().numbers.unique();
  EXPECT_LE(delivered_before, 200U);  // what the stalled peer's kernel had acknowledged: syslog over TCP cannot know more
}

TEST_F(Senders, ASyslogPeerThatResetsIsTriedAgain) {
  const auto to = Receiver::start({.syslog = true, .mode = receiver::parse_mode("reset").value()}).value();
  start(syslog(to->syslog_port(), SyslogFraming::octet));
  append(2000);
  ASSERT_TRUE(run_until([&] { return runner->status().retries > 2; }));
  EXPECT_EQ(runner->status().delivered, 0U);
  to->set_mode("ok");
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(to->tally().numbers.unique(), 2000U);
}

}  // namespace
}  // namespace longshore::shipper
