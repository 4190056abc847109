// Delivery on a bench: a file system in memory, the services of tests/support/alert_receiver without sockets, and time that
// the test moves. The process can die at any moment and start again.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rules/delivery/change_for_test.hpp"
#include "rules/delivery/delivery.hpp"
#include "tests/support/alert_receiver/desk.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::rules {

class DeliveryBench {
 public:
  // What becomes of a request: it may not reach the service (`instead`), or its answer may not reach us (`lost`).
  struct Fate {
    std::optional<AlertAnswer> instead = {};
    bool lost = false;
  };

  explicit DeliveryBench(std::vector<AlertSinkOptions> options) : sinks(std::move(options)) {}
  ~DeliveryBench() {
    if (delivery) crash();
  }

  void start() {
    dead_ = false;
    DeliveryOptions options{.directory = "alerts", .sinks = sinks, .limit = limit};
    DeliveryParts parts{.loop = loop.get_executor(),
                        .pool = pool,
                        .timers = timers,
                        .file_system = files,
                        .log = [this](telemetry::Level, std::string_view, const std::string& text) { log.push_back(text); },
                        .alarm = [this](const std::string& text) { alarms.push_back(text); }};
    parts.make_carrier = [this](const AlertSinkOptions&) { return std::make_unique<DeskCarrier>(*this); };
    auto opened = Delivery::open(std::move(options), std::move(parts));
    ASSERT_TRUE(opened) << opened.error().message;
    delivery = std::move(*opened);
    delivery->start();
  }
  void stop(base::Duration drain = std::chrono::seconds(10)) {
    bool stopped = false;
    boost::asio::co_spawn(loop, delivery->stop(drain), [&stopped](std::exception_ptr) { stopped = true; });
    EXPECT_TRUE(run_until([&stopped] { return stopped; }));
    delivery.reset();
  }
  // kill -9: nothing more reaches the disk or a service.
  void crash() {
    dead_ = true;
    files.kill_process();
    stop({});
  }
  // Runs the loop until `done` or for `most` of the bench's time, which passes when nothing else can happen.
  bool run_until(const std::function<bool()>& done, base::Duration most = std::chrono::hours(12)) {
    const base::Duration end = timers.now() + most;
    while (!done()) {
      if (run_ready()) continue;
      const base::Duration next = timers.next();
      timers.advance_to(std::min(next, end));
      if (next > end) return done();
    }
    return true;
  }
  void pass(base::Duration duration) {
    run_until([] { return false; }, duration);
  }
  // Runs one handler, if need be after the pool's job has ended; false when nothing is left to run.
  bool run_ready() {
    loop.restart();
    if (loop.poll_one() > 0) return true;
    std::promise<void> reached;
    boost::asio::post(pool, [&reached] { reached.set_value(); });
    reached.get_future().wait();
    loop.restart();
    return loop.poll_one() > 0;
  }
  // Every sink has been told all.
  bool rested() const {
    const DeliveryStatus status = delivery->status();
    return status.unsaved == 0 && std::ranges::all_of(status.sinks, [](const auto& sink) { return sink.waiting == 0; });
  }

  test_support::FaultFileSystem files;
  boost::asio::io_context loop{1};
  io::BlockingPool pool{1};
  io::ManualTimers timers;
  std::vector<AlertSinkOptions> sinks;
  base::Bytes limit = {64 << 20};
  alert_receiver::Desk desk;
  std::function<Fate()> fate = [] { return Fate{}; };
  std::unique_ptr<Delivery> delivery;
  std::vector<std::string> log, alarms;
  std::uint64_t requests = 0;

 private:
  class DeskCarrier final : public Carrier {
   public:
    explicit DeskCarrier(DeliveryBench& bench) : bench_(bench), wire_(bench.loop.get_executor(), bench.timers) {}
    io::Task<AlertAnswer> carry(AlertRequest request) override {
      const base::Duration arrives = bench_.timers.now() + std::chrono::milliseconds(5);
      while (bench_.timers.now() < arrives) co_await wire_.wait(arrives);
      AlertAnswer answer = bench_.dead_ ? AlertAnswer{.body = "dead"} : bench_.ask_desk(request);
      const base::Duration returns = arrives + std::chrono::milliseconds(5);
      while (bench_.timers.now() < returns) co_await wire_.wait(returns);
      co_return answer;
    }

   private:
    DeliveryBench& bench_;
    io::Signal wire_;
  };

  AlertAnswer ask_desk(const AlertRequest& request) {
    ++requests;
    const Fate become = fate();
    if (become.instead) return *become.instead;
    const std::string target = request.url.substr(request.url.find('/', 8));
    const std::size_t query = target.find('?');
    const alert_receiver::Reply reply = desk.handle({.method = request.method,
                                                     .path = target.substr(0, query),
                                                     .query = query == target.npos ? "" : target.substr(query + 1),
                                                     .authorization = request.authorization,
                                                     .body = request.body},
                                                    timers.wall());
    if (become.lost) return {.body = "timeout"};
    AlertAnswer answer{.status = reply.status, .body = reply.body};
    for (const auto& [name, value] : reply.headers)
      if (name == "X-Opsgenie-Errortype") answer.error_type = value;
    return answer;
  }

  bool dead_ = false;
};

}  // namespace longshore::rules
