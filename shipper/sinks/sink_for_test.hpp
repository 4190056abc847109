// A sink on a bench: a real spool on a file system in memory, a sender that does as the test says, time that the test moves.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shipper/encode/batch_for_test.hpp"
#include "shipper/sinks/sink_runner.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::shipper {

// Answers every payload with `answer(payload)`; keeps what was delivered. `hold_back`: waits until the test lets go.
class FakeSender final : public Sender {
 public:
  explicit FakeSender(boost::asio::any_io_executor loop, io::Timers& timers) : let_go_(std::move(loop), timers) {}
  io::Task<Outcome> send(const Payload& payload) override {
    ++requests;
    ++under_way;
    bytes_under_way += payload.bytes();
    most_under_way = std::max(most_under_way, under_way);
    most_bytes = std::max(most_bytes, bytes_under_way);
    while (hold_back) co_await let_go_.wait();
    const Outcome outcome = answer ? answer(payload) : Outcome{};
    --under_way;
    bytes_under_way -= payload.bytes();
    if (outcome.verdict == Verdict::delivered) {
      for (std::size_t i = 0; i < payload.events(); ++i) ++delivered[payload.seq(i)];
      bodies.push_back(*payload.body);
      partitions.push_back(payload.partition);
    }
    co_return outcome;
  }
  void release() {
    hold_back = false;
    let_go_.notify();
  }

  std::function<Outcome(const Payload&)> answer;
  bool hold_back = false;
  std::map<std::uint64_t, int> delivered;  // how often, by sequence number
  std::vector<std::string> bodies, partitions;
  std::size_t requests = 0, under_way = 0, most_under_way = 0, bytes_under_way = 0, most_bytes = 0;

 private:
  io::Signal let_go_;
};

class Bench {
 public:
  Bench() { open_spool(); }
  ~Bench() { crash(); }

  void open_spool() { spool = Spool::open({.dir = "spool"}, files).value(); }
  RunnerParts parts() {
    return {.loop = loop.get_executor(),
            .pool = pool,
            .timers = timers,
            .spool = *spool,
            .dead_letters = dead_letters,
            .log =
                [this](SinkLogLevel level, std::string_view sink, const std::string& text) {
                  log.push_back(fmt::format("{} {}: {}",
                                            level == SinkLogLevel::error  ? "ERROR"
                                            : level == SinkLogLevel::warn ? "WARN"
                                                                          : "INFO",
                                            sink, text));
                },
            .most_unread = 1 << 20};
  }
  // A runner with a FakeSender, opened and started.
  FakeSender& start(RunnerOptions options = {.name = "test", .type = "fake"}) {
    auto made = std::make_unique<FakeSender>(loop.get_executor(), timers);
    FakeSender& sender = *made;
    runner = std::make_unique<SinkRunner>(parts(), std::move(options), std::move(made));
    EXPECT_TRUE(runner->open());
    runner->start();
    return sender;
  }
  // Appends `count` events to the spool, "seq=N" from the next number on, and tells the runner.
  void append(int count, const SourceInfo& source = {.name = "test", .tags = {}}, const std::string& more = {}) {
    auto batch = std::make_shared<Batch>();
    batch->received = timers.wall();
    for (int i = 0; i < count; ++i) add_event(*batch, {.message = fmt::format("seq={} {}", next_number++, more)}, source);
    EXPECT_TRUE(spool->append(batch));
    EXPECT_TRUE(spool->sync());
    if (runner) runner->notify(batch->arena.size());
  }
  // Runs the loop until `done` or for `limit` of the bench's time, which passes when nothing else can happen.
  bool run_until(const std::function<bool()>& done, base::Duration limit = std::chrono::hours(2)) {
    const base::Duration end = timers.now() + limit;
    while (!done()) {
      if (run_ready()) continue;
      const base::Duration next = timers.next();
      timers.advance_to(std::min(next, end));
      if (next > end) return done();
    }
    return true;
  }
  // Runs one handler, if need be after the pool's jobs have ended; false when nothing is left to run.
  bool run_ready() {
    loop.restart();
    if (loop.poll_one() > 0) return true;
    // The pool has one thread and takes its jobs in order; one job of ours is up to three of the pool's, each posting the
    // next.
    for (int i = 0; i < 3; ++i) {
      std::promise<void> reached;
      boost::asio::post(pool, [&reached] { reached.set_value(); });
      reached.get_future().wait();
    }
    loop.restart();
    return loop.poll_one() > 0;
  }
  void pass(base::Duration duration) {
    run_until([] { return false; }, duration);
  }
  void stop(base::Duration limit = std::chrono::seconds(10)) {
    bool stopped = false;
    boost::asio::co_spawn(loop, runner->stop(limit), [&stopped](std::exception_ptr) { stopped = true; });
    EXPECT_TRUE(run_until([&stopped] { return stopped; }));
    runner.reset();
  }
  // The process dies: nothing is drained, no cursor saved. A new one may be started.
  void crash() {
    files.kill_process();
    if (runner) stop(base::Duration{});
    spool.reset();
  }
  // How many events the sink's cursor has passed.
  std::uint64_t settled() const { return spool->cursors().at("test") - 1; }
  bool logged(std::string_view text) const {
    return std::ranges::any_of(log, [text](const std::string& line) { return line.contains(text); });
  }

  test_support::FaultFileSystem files;
  boost::asio::io_context loop{1};
  io::BlockingPool pool{1};
  io::ManualTimers timers;
  std::unique_ptr<Spool> spool;
  DeadLetters dead_letters{"dead", base::Bytes{1 << 20}, files};
  std::unique_ptr<SinkRunner> runner;
  std::vector<std::string> log;
  int next_number = 1;  // as the spool numbers its first event
};

}  // namespace longshore::shipper
