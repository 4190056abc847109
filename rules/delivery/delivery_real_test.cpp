// Delivery over real connections and a real disk, against a receiver that misbehaves.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>

#include "common/io/loop_for_test.hpp"
#include "rules/delivery/change_for_test.hpp"
#include "rules/delivery/delivery.hpp"
#include "rules/delivery/send_test.hpp"
#include "tests/support/alert_receiver/server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Change = AlertChange::Kind;

class RealDelivery : public ::testing::Test {
 protected:
  RealDelivery() { server_ = alert_receiver::Server::start(loop(), desk_).value(); }
  boost::asio::any_io_executor loop() { return test_.loop.get_executor(); }
  AlertSinkOptions sink(AlertSinkType type, std::string name, std::string path = "") {
    return {.type = type,
            .name = std::move(name),
            .url = server_->url() + path,
            .key = base::Secret("key"),
            .timeout = timeout_,
            .per_minute = 60'000};
  }
  std::unique_ptr<Delivery> open(std::vector<AlertSinkOptions> sinks) {
    DeliveryOptions options{.directory = folder_.path() + "/alerts", .sinks = std::move(sinks)};
    options.retry_min = 10ms;
    options.retry_max = 100ms;
    return Delivery::open(std::move(options), {.loop = loop(),
                                               .pool = pool_,
                                               .timers = timers_,
                                               .file_system = files_,
                                               .log = [](auto...) {},
                                               .alarm = [this](const std::string& text) { alarms_.push_back(text); }})
        .value();
  }
  // Until no sink has anything more to be told, at most eight seconds.
  io::Task<void> rest(Delivery& delivery) {
    io::Signal nothing(loop(), timers_);
    const base::Duration end = timers_.now() + 8s;
    while (timers_.now() < end) {
      std::uint64_t waiting = delivery.status().unsaved;
      for (const AlertSinkStatus& each : delivery.status().sinks) waiting += each.waiting;
      if (waiting == 0) co_return;
      const base::Duration soon = timers_.now() + 5ms;
      co_await nothing.wait(soon);
    }
    ADD_FAILURE() << "alerts still wait";
  }

  base::Duration timeout_ = 5s;
  io::LoopForTest test_;
  io::BlockingPool pool_{2};
  io::RealTimers timers_;
  base::PosixFileSystem files_;
  TemporaryFolder folder_;
  alert_receiver::Desk desk_;
  std::unique_ptr<alert_receiver::Server> server_;
  std::vector<std::string> alarms_;
};

class RealTroubles : public RealDelivery, public ::testing::WithParamInterface<const char*> {};

TEST_P(RealTroubles, EachAlertOpensOnceAndClosesOncePerEpisode) {
  if (std::string_view(GetParam()).starts_with("never")) timeout_ = 300ms;
  auto delivery = open({sink(AlertSinkType::opsgenie, "opsgenie"), sink(AlertSinkType::pagerduty, "pagerduty"),
                        sink(AlertSinkType::webhook, "webhook", "/hook")});
  ASSERT_TRUE(server_->set_mode(GetParam()));
  test_.run([&]() -> io::Task<void> {
    delivery->start();
    for (const char* episode : {"1", "2"})
      for (const auto kind : {Change::open, Change::repeat, Change::close})
        for (int i = 0; i < 3; ++i) {
          AlertChange change = change_of(kind, fmt::format("alert {}", i), episode);
          delivery->submit(std::move(change));
        }
    co_await rest(*delivery);
    co_await delivery->stop(1s);
    co_await server_->stop();
  });
  const auto episodes = desk_.record.episodes();
  EXPECT_EQ(episodes.size(), 9U);
  for (const auto& [alias, history] : episodes) EXPECT_EQ(history, "open close open close") << alias;
  EXPECT_TRUE(alarms_.empty());
}

INSTANTIATE_TEST_SUITE_P(Modes, RealTroubles,
                         ::testing::Values("ok", "503*9", "500*9", "429:1*2", "reset*9", "half*9", "never*5", "slow:50*9",
                                           "302*9", "lost*3", "pending:1"),
                         [](const auto& of) {
                           std::string name = of.param;
                           std::ranges::replace_if(name, [](char c) { return c == ':' || c == '*'; }, '_');
                           return name;
                         });

TEST_F(RealDelivery, ManyAlertsGoOutAtOnceAndInOrder) {
  auto delivery = open({sink(AlertSinkType::pagerduty, "pagerduty")});
  test_.run([&]() -> io::Task<void> {
    delivery->start();
    for (const auto kind : {Change::open, Change::close})
      for (int i = 0; i < 40; ++i) {
        AlertChange change = change_of(kind, fmt::format("alert {}", i));
        delivery->submit(std::move(change));
      }
    co_await rest(*delivery);
    co_await delivery->stop(1s);
    co_await server_->stop();
  });
  EXPECT_EQ(desk_.record.all().size(), 80U);
}

TEST_F(RealDelivery, AFileGetsEveryChangeAndIsFoundAgainAfterItsRotation) {
  AlertSinkOptions options{.type = AlertSinkType::file, .name = "file", .path = folder_.path() + "/alerts.jsonl"};
  auto delivery = open({options});
  test_.run([&]() -> io::Task<void> {
    delivery->start();
    delivery->submit(change_of(Change::open));
    co_await rest(*delivery);
    EXPECT_TRUE(files_.rename(options.path, options.path + ".1"));
    delivery->submit(change_of(Change::close));
    co_await rest(*delivery);
    co_await delivery->stop(1s);
    co_await server_->stop();
  });
  for (const auto& [path, kind] : {std::pair{options.path + ".1", "open"}, {options.path, "close"}}) {
    auto file = files_.open(path, base::OpenMode::read).value();
    std::string line(file->size().value(), '\0');
    ASSERT_TRUE(file->read(0, line));
    EXPECT_TRUE(line.starts_with(fmt::format("{{\"kind\":\"{}\"", kind))) << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

TEST_F(RealDelivery, ATestAlertTellsWhatBecameOfIt) {
  desk_.opsgenie.pending = 2;
  base::Result<void> good, bad, late;
  test_.run([&]() -> io::Task<void> {
    const AlertSinkOptions options = sink(AlertSinkType::opsgenie, "pager");
    AlertChange change = change_of(Change::open);
    good = co_await send_test(options, change, loop(), pool_, timers_, files_, 5s);
    desk_.opsgenie.key = "other";
    bad = co_await send_test(options, change, loop(), pool_, timers_, files_, 5s);
    server_->set_mode("503");
    late = co_await send_test(options, change, loop(), pool_, timers_, files_, 100ms);
    co_await server_->stop();
  });
  EXPECT_TRUE(good);
  EXPECT_EQ(desk_.record.history("oom|web-1"), "open");
  EXPECT_EQ(bad.error().code, base::Code::permission);
  EXPECT_TRUE(bad.error().message.contains("check the key")) << bad.error().message;
  EXPECT_EQ(late.error().code, base::Code::timeout);
  EXPECT_TRUE(late.error().message.contains("503")) << late.error().message;
}

}  // namespace
}  // namespace longshore::rules
