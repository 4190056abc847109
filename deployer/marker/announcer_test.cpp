#include "deployer/marker/announcer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <mutex>
#include <thread>

#include "common/http/peer_for_test.hpp"
#include "common/http/server.hpp"
#include "common/io/sleep.hpp"
#include "common/io/task_group.hpp"
#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Loggly, Grafana and a webhook on one port, on a thread of its own.
class Receiver {
 public:
  Receiver() {
    base::UniqueFd listener = http::listen_on_loopback();
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    server_ = std::make_unique<http::Server>(loop_.get_executor(), std::move(listener),
                                             [this](const http::ServerRequest& request) { return answer(request); });
    server_->start();
    thread_ = std::jthread([this] { loop_.run(); });
  }
  ~Receiver() {
    io::TaskGroup ending(loop_.get_executor());
    boost::asio::post(loop_, [&] { ending.spawn("end", end()); });
    thread_.join();
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  std::string url;
  std::atomic<int> status = 200;
  std::atomic<bool> hangs = false;

 private:
  io::Task<http::ServerResponse> answer(const http::ServerRequest& request) {
    std::string text = request.method + " " + request.path;
    for (const auto& [name, value] : request.headers)
      if (name == "authorization") text += " [" + value + "]";
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(text + " " + request.body);
    }
    if (hangs) co_await io::sleep_for(std::chrono::seconds(60));
    http::ServerResponse response;
    response.status = status;
    response.body = R"({"message":"Annotation added","id": 77})";
    co_return response;
  }
  io::Task<void> end() {
    co_await server_->stop();
    loop_.stop();
  }

  boost::asio::io_context loop_{1};
  std::unique_ptr<http::Server> server_;
  std::mutex mutex_;
  std::vector<std::string> seen_;
  std::jthread thread_;
};

base::Result<http::Response> send_over_http(const http::Request& asked) {
  http::Request request = asked;
  request.timeout = std::min<base::Duration>(request.timeout, std::chrono::milliseconds(300));
  boost::asio::io_context loop(1);
  http::Client client(loop.get_executor());
  io::TaskGroup tasks(loop.get_executor());
  base::Result<http::Response> result = base::fail(base::Code::closed, "no answer");
  auto ask = [&]() -> io::Task<void> { result = co_await client.send(request); };
  tasks.spawn("send", ask());
  loop.run();
  return result;
}

class AnnouncerTest : public testing::Test {
 protected:
  std::unique_ptr<Announcer> announcer(const Markers& markers, Redactor redactor = {}) {
    return std::make_unique<Announcer>(markers, std::move(redactor), send_over_http, [this](const std::string& what) {
      const std::lock_guard lock(mutex);
      warnings.push_back(what);
    });
  }
  Receiver receiver;
  std::mutex mutex;
  std::vector<std::string> warnings;
};

TEST_F(AnnouncerTest, LogglyGetsALineAtItsTokensAddress) {
  auto out = announcer({.loggly_url = receiver.url + "/",
                        .loggly_token = base::Secret("tok-en"),
                        .grafana_url = {},
                        .grafana_token = {},
                        .webhooks = {}});
  out->tell(begin_marker(sample_heading(), 3));
  out->drain();
  EXPECT_THAT(receiver.seen(), ElementsAre(AllOf(HasSubstr("POST /inputs/tok-en/tag/longshore-deploy/ {\"timestamp\""),
                                                 HasSubstr("\"phase\":\"begin\""))));
  EXPECT_THAT(warnings, ElementsAre());
}

TEST_F(AnnouncerTest, GrafanasPointBecomesARegion) {
  auto out = announcer({.loggly_url = {},
                        .loggly_token = {},
                        .grafana_url = receiver.url,
                        .grafana_token = base::Secret("graf"),
                        .webhooks = {}});
  out->tell(begin_marker(sample_heading(), 3));
  out->tell(canary_marker(sample_heading(), 3, at(12)));
  out->tell(end_marker(sample_summary(), 3));
  out->drain();
  EXPECT_THAT(receiver.seen(), ElementsAre(HasSubstr("POST /api/annotations [Bearer graf] {\"time\":"),
                                           HasSubstr("POST /api/annotations [Bearer graf]"),
                                           HasSubstr("PATCH /api/annotations/77 [Bearer graf] {\"timeEnd\":")));
}

TEST_F(AnnouncerTest, WhereTheBeginDidNotGetThroughTheEndHasTheWholeRegion) {
  auto out =
      announcer({.loggly_url = {}, .loggly_token = {}, .grafana_url = receiver.url, .grafana_token = {}, .webhooks = {}});
  receiver.status = 503;
  out->tell(begin_marker(sample_heading(), 3));
  out->drain();
  receiver.status = 200;
  out->tell(end_marker(sample_summary(), 3));
  out->drain();
  EXPECT_THAT(receiver.seen().back(), AllOf(HasSubstr("POST /api/annotations"), HasSubstr("\"timeEnd\"")));
  EXPECT_THAT(warnings, ElementsAre("the begin marker did not get to Grafana at " + receiver.url + ": answered 503"));
}

TEST_F(AnnouncerTest, OneThatHangsHoldsUpNoOtherAndNoToken) {
  Receiver slow;
  slow.hangs = true;
  auto out = announcer({.loggly_url = slow.url,
                        .loggly_token = base::Secret("tok-en"),
                        .grafana_url = {},
                        .grafana_token = {},
                        .webhooks = {receiver.url + "/services/T0/B0/sesame"}});
  const auto begin = std::chrono::steady_clock::now();
  out->tell(begin_marker(sample_heading(), 3));
  out->tell(end_marker(sample_summary(), 3));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100)) << "telling never waits";
  out->drain(std::chrono::milliseconds(100));
  EXPECT_EQ(receiver.seen().size(), 2U);
  out.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  ASSERT_GE(warnings.size(), 1U);
  EXPECT_EQ(warnings[0], "2 markers to Loggly at " + slow.url + " given up: no answer in time");
  for (const std::string& warning : warnings)
    EXPECT_THAT(warning, AllOf(Not(HasSubstr("tok-en")), Not(HasSubstr("sesame"))));
}

TEST_F(AnnouncerTest, SecretsAreTakenOutOfWhatIsTold) {
  auto out =
      announcer({.loggly_url = {}, .loggly_token = {}, .grafana_url = {}, .grafana_token = {}, .webhooks = {receiver.url}},
                Redactor({"hunter2000"}));
  Summary summary = sample_summary();
  summary.outcome = "cannot log in with hunter2000";
  out->tell(end_marker(summary, 3));
  out->drain();
  EXPECT_THAT(receiver.seen().at(0), AllOf(HasSubstr("log in with [secret]"), Not(HasSubstr("hunter2000"))));
}

TEST_F(AnnouncerTest, NobodyToTellIsNoTrouble) {
  auto out = announcer({});
  out->tell(begin_marker(sample_heading(), 3));
  out->drain();
}

TEST(Announcer, OfAUrlOnlyItsOriginIsPrinted) {
  EXPECT_EQ(origin_of("https://user:pass@hooks.example.com:8443/services/T0/secret?x=@y"), "https://hooks.example.com:8443");
  EXPECT_EQ(origin_of("http://h"), "http://h");
  EXPECT_EQ(origin_of("h/path"), "h");
}

}  // namespace
}  // namespace longshore::deployer
