#include "health/checks/check.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "common/docker/engine_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::health {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// An HTTP server at a port of its own.
class WebForTest {
 public:
  explicit WebForTest(http::Handler handler)
      : listener_(io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value()),
        address("127.0.0.1:" + std::to_string(io::bound_port(listener_.get()))),
        server_(loop_.get_executor(), std::move(listener_), std::move(handler)),
        tasks_(loop_.get_executor()) {
    server_.start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~WebForTest() {
    boost::asio::post(loop_, [this] { tasks_.spawn("stop", server_.stop()); });
    thread_.join();
  }

 private:
  boost::asio::io_context loop_{1};
  base::UniqueFd listener_;

 public:
  const std::string address;

 private:
  http::Server server_;
  io::TaskGroup tasks_;
  std::thread thread_;
};

Outcome look(const ProbeOptions& probe) {
  Config config;
  config.probes = {probe};
  return checks_of(config).front().look();
}

io::Task<http::ServerResponse> answer_host(const http::ServerRequest& request) {
  http::ServerResponse response;
  response.status = request.path == "/teapot" ? 418 : 200;
  for (const auto& [name, value] : request.headers)
    if (name == "host") response.body = "host is " + value;
  co_return response;
}

TEST(Looks, HttpHasTheStatusAndTheText) {
  const WebForTest web(answer_host);
  ProbeOptions probe;
  probe.http = "http://" + web.address + "/";
  EXPECT_EQ(look(probe).found, Found::passed);
  probe.contains = "host is example.com";
  EXPECT_EQ(look(probe).why, probe.http + " answers without \"host is example.com\"");
  probe.headers = {{"Host", "example.com"}};
  EXPECT_EQ(look(probe).found, Found::passed);
  probe.http = "http://" + web.address + "/teapot";
  EXPECT_EQ(look(probe).why, probe.http + " answers 418, not 200");
  probe.status = 418;
  EXPECT_EQ(look(probe).found, Found::passed);
}

TEST(Looks, NobodyThereAndNobodyWhoAnswers) {
  const auto listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
  const std::string silent = "127.0.0.1:" + std::to_string(io::bound_port(listener.get()));
  ProbeOptions probe;
  probe.tcp = silent;
  EXPECT_EQ(look(probe).found, Found::passed);
  probe.tcp = "";
  probe.http = "http://" + silent + "/";
  probe.timeout = 50ms;
  EXPECT_EQ(look(probe).why, "no answer from " + silent + " in time");
  probe.http = "http://127.0.0.1:1/";
  EXPECT_EQ(look(probe).why, "connect to 127.0.0.1:1: Connection refused");
  probe.http = "";
  probe.tcp = "127.0.0.1:1";
  EXPECT_EQ(look(probe).found, Found::failed);
}

class Containers : public testing::Test {
 protected:
  Outcome look(const std::string& container) {
    Config config;
    config.docker = "unix://" + (folder_ / "docker.sock");
    config.containers.push_back({.container = container});
    return checks_of(config).front().look();
  }
  static http::ServerResponse answer(const http::ServerRequest& request) {
    const auto state = [&](const char* name, const std::string& text) {
      http::ServerResponse response;
      response.body = std::string("{\"Id\":\"1\",\"Name\":\"/") + name + "\",\"State\":{" + text + "}}";
      return response;
    };
    const std::string& path = request.path;
    if (path.ends_with("/containers/web/json") || path.ends_with("/containers/c1/json"))
      return state("web", R"("Status":"running","Health":{"Status":"healthy"})");
    if (path.ends_with("/containers/plain/json")) return state("plain", R"("Status":"running")");
    if (path.ends_with("/containers/ill/json") || path.ends_with("/containers/c2/json"))
      return state("ill", R"("Status":"running","Health":{"Status":"unhealthy"})");
    if (path.ends_with("/containers/new/json")) return state("new", R"("Status":"running","Health":{"Status":"starting"})");
    if (path.ends_with("/containers/gone/json")) return state("gone", R"("Status":"exited")");
    http::ServerResponse response;
    if (path.ends_with("/containers/json") && request.query.find("role%3Dnone") != std::string::npos) {
      response.body = "[]";
    } else if (path.ends_with("/containers/json") && request.query.find("role%3Dwell") != std::string::npos) {
      response.body = R"([{"Id":"c1","Names":["/web"],"State":"running","Labels":{}}])";
    } else if (path.ends_with("/containers/json")) {
      response.body =
          R"([{"Id":"c1","Names":["/web"],"State":"running","Labels":{}},{"Id":"c2","Names":["/ill"],"State":"running","Labels":{}}])";
    } else {
      response.status = path.ends_with("/containers/broken/json") ? 500 : path.ends_with("/_ping") ? 200 : 404;
      response.body = R"({"message":"no"})";
    }
    return response;
  }
  TemporaryFolder folder_;
};

TEST_F(Containers, RunAndAreHealthy) {
  docker::EngineForTest daemon(folder_ / "docker.sock", answer);
  EXPECT_EQ(look("web").found, Found::passed);
  EXPECT_EQ(look("plain").found, Found::passed);
  EXPECT_EQ(look("ill").why, "container ill is unhealthy");
  EXPECT_EQ(look("new").why, "container new is starting");
  EXPECT_EQ(look("gone").why, "container gone is exited");
  EXPECT_EQ(look("missing").why, "there is no container missing");
  EXPECT_EQ(look("label:role=well").found, Found::passed);
  EXPECT_EQ(look("label:role=all").why, "container ill is unhealthy");
  EXPECT_EQ(look("label:role=none").why, "no container with label:role=none runs");
}

TEST_F(Containers, ADaemonThatCannotBeAskedSaysNothingOfThem) {
  EXPECT_EQ(look("web").found, Found::unknown);
  docker::EngineForTest daemon(folder_ / "docker.sock", answer);
  EXPECT_EQ(look("broken").found, Found::unknown);
}

TEST(Checks, WhatIsTheSameIsKnownToBe) {
  Config config;
  config.probes.push_back({.name = "a", .http = "http://127.0.0.1/"});
  config.containers.push_back({.container = "web"});
  const auto before = checks_of(config);
  config.probes[0].timeout = 2s;
  const auto after = checks_of(config);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_NE(before[0].what, after[0].what);
  EXPECT_EQ(before[1].what, after[1].what);
}

}  // namespace
}  // namespace longshore::health
