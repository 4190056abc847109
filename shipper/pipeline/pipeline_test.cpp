#include "shipper/pipeline/pipeline.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "common/http/client.hpp"
#include "common/http/server.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"

namespace longshore::shipper {
namespace {

// Below the ports that the kernel gives to clients: another test's connection cannot take it meanwhile.
int free_port() {
  static std::random_device random;
  std::uniform_int_distribution<int> ports(10'000, 31'999);
  for (;;) {
    const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const int port = ports(random);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return port;
  }
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() {
    telemetry::set_log(telemetry::Level::error, telemetry::LogFormat::logfmt);
    char name[] = "/tmp/longshore-pipeline-XXXXXX";
    dir = ::mkdtemp(name);
  }
  ~PipelineTest() override { std::filesystem::remove_all(dir); }

  Config config(const std::string& sources, const std::string& sinks = "") const {
    const std::string text = "data_dir: " + dir + "/data\nadmin: 127.0.0.1:" + std::to_string(admin) + "\nsources:\n" +
                             sources + "sinks:\n" + sink("first") + sinks;
    auto parsed = parse_config(text, "test.yaml");
    EXPECT_TRUE(parsed) << parsed.error().message;
    return *parsed;
  }
  // Ships to a server of the test's own loop that takes everything.
  std::string sink(const std::string& name) const {
    return "  - {type: http, name: " + name + ", url: \"http://127.0.0.1:" + std::to_string(receiver) +
           "/\", linger: 5ms}\n";
  }
  std::string tcp(const std::string& more = "") const {
    return "  - {type: syslog, listen: \"tcp://127.0.0.1:" + std::to_string(port) + "\"" + more + "}\n";
  }
  base::UniqueFd connect() const {
    base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  static void send(const base::UniqueFd& fd, const std::string& text) {
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  static io::Task<void> until(std::function<bool()> condition) {
    while (!condition()) co_await io::sleep_for(std::chrono::milliseconds(1));
  }
  void run(Config with, std::function<io::Task<void>(Pipeline&)> body) {
    auto made = Pipeline::make(loop.loop, std::move(with));
    ASSERT_TRUE(made) << made.error().message;
    http::Server server(
        loop.loop.get_executor(), *io::open_listener(*io::parse_endpoint("tcp://127.0.0.1:" + std::to_string(receiver))),
        [](const http::ServerRequest&) -> io::Task<http::ServerResponse> { co_return http::ServerResponse{}; });
    server.start();
    loop.run([&]() -> io::Task<void> {
      (*made)->start();
      co_await body(**made);
      co_await (*made)->stop(std::chrono::seconds(5));
      co_await server.stop();
    });
    const Status status = (*made)->status();
    received = delivered = 0;
    for (const SourceStatus& source : status.sources) received += source.received;
    for (const SinkStatus& sink : status.sinks) delivered += sink.delivered;
  }

  std::string dir;
  int port = free_port(), admin = free_port(), receiver = free_port();
  io::LoopForTest loop;
  std::uint64_t received = 0, delivered = 0;
};

TEST_F(PipelineTest, ALineGoesFromSocketOverDiskToSink) {
  run(config(tcp()), [&](Pipeline& pipeline) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>hello\n<13>world\n");
    co_await until([&] { return pipeline.status().sinks[0].delivered == 2; });
    EXPECT_EQ(pipeline.status().spooled_events, 2u);
    EXPECT_EQ(pipeline.status().pending_events, 0u);
  });
  EXPECT_EQ(received, 2u);
  EXPECT_EQ(delivered, 2u);
}

TEST_F(PipelineTest, AReloadKeepsTheConnectionsOfASourceThatDidNotChange) {
  run(config(tcp()), [&](Pipeline& pipeline) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>before\n");
    co_await until([&] { return pipeline.status().sources[0].received == 1; });
    const std::string log = "  - {type: file, paths: [\"" + dir + "/*.log\"]}\n";
    co_await pipeline.reload(config(tcp() + log));
    send(fd, "<13>after\n");
    std::ofstream(dir + "/a.log") << "from a file\n";
    co_await until([&] { return pipeline.status().sinks[0].delivered == 3; });
    EXPECT_EQ(pipeline.status().sources.size(), 2u);
    EXPECT_EQ(pipeline.status().sources[0].gauges.at("connections"), 1);
  });
  EXPECT_EQ(delivered, 3u);
}

TEST_F(PipelineTest, AReloadThatChangesASourceOpensItAnew) {
  run(config(tcp()), [&](Pipeline& pipeline) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>before\n");
    co_await until([&] { return pipeline.status().sources[0].received == 1; });
    co_await pipeline.reload(config(tcp(", tags: [new]")));
    char byte = 0;
    EXPECT_EQ(::recv(fd.get(), &byte, 1, MSG_DONTWAIT), 0) << "the old connection is closed";
    const base::UniqueFd again = connect();
    send(again, "<13>after\n");
    co_await until([&] { return pipeline.status().sources[0].received == 2; });
  });
  EXPECT_EQ(delivered, 2u);
}

TEST_F(PipelineTest, ARemovedSinkHoldsNothingBackAndANewOneStarts) {
  const std::string second = sink("second");
  run(config(tcp(), second), [&](Pipeline& pipeline) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>one\n");
    co_await until([&] { return pipeline.status().sinks[1].delivered == 1; });
    co_await pipeline.reload(config(tcp()));
    EXPECT_EQ(pipeline.status().sinks.size(), 1u);
    co_await pipeline.reload(config(tcp(), second));
    send(fd, "<13>two\n");
    co_await until([&] { return pipeline.status().sinks.size() == 2 && pipeline.status().sinks[1].delivered >= 1; });
  });
}

TEST_F(PipelineTest, WhatAStopLeavesIsDeliveredByTheNextStart) {
  const std::string dead = "  - {type: http, url: \"http://127.0.0.1:1/\", retry_min: 10ms}\n";
  run(config(tcp(), dead), [&](Pipeline& pipeline) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>kept\n");
    co_await until([&] { return pipeline.status().sinks[0].delivered == 1 && pipeline.status().sinks[1].retries > 0; });
    EXPECT_EQ(pipeline.status().sinks[1].backlog, 1u);
  });
  // The sink is gone from the configuration, and comes back: what it has missed is still there.
  run(config(tcp(), dead), [&](Pipeline& pipeline) -> io::Task<void> {
    EXPECT_EQ(pipeline.status().sinks[1].backlog, 1u);
    EXPECT_EQ(pipeline.status().sinks[0].backlog, 0u);
    co_return;
  });
}

TEST_F(PipelineTest, AnAnnotationIsALineOfItsOwnAndIsUnderWayUntilItsEnd) {
  run(config(tcp()), [&](Pipeline& pipeline) -> io::Task<void> {
    http::Client client(loop.loop.get_executor());
    const auto post = [&](std::string method, std::string body) -> io::Task<int> {
      http::Request request{.method = std::move(method),
                            .url = "http://127.0.0.1:" + std::to_string(admin) + "/annotations"};
      request.body = std::make_shared<const std::string>(std::move(body));
      const auto answer = co_await client.send(std::move(request));
      co_return answer ? answer->status : 0;
    };
    const std::string rest = R"("environment":"prod","rollout":"r1","composition":"c_1")";
    const int began = co_await post("POST", R"({"kind":"deploy","phase":"begin",)" + rest + "}");
    EXPECT_EQ(began, 200);
    EXPECT_EQ(pipeline.status().annotations.at(0).composition, "c_1");
    const int ended = co_await post("POST", R"({"kind":"deploy","phase":"end",)" + rest + "}");
    EXPECT_EQ(ended, 200);
    EXPECT_TRUE(pipeline.status().annotations.empty());
    const int brief = co_await post("POST", R"({"kind":"deploy","phase":"begin","ttl":"1ms",)" + rest + "}");
    EXPECT_EQ(brief, 200);
    co_await until([&] { return pipeline.status().annotations.empty(); });
    const int wrong = co_await post("POST", R"({"kind":"deploy","phase":"begin","colour":"blue"})");
    EXPECT_EQ(wrong, 400);
    const std::string long_body(5000, ' ');
    const int too_long = co_await post("POST", long_body);
    EXPECT_EQ(too_long, 413);
    const int put = co_await post("PUT", "{}");
    EXPECT_EQ(put, 405);
  });
  EXPECT_EQ(received, 4U) << "begin, end, begin, expired";
  EXPECT_EQ(delivered, 4U);
}

TEST_F(PipelineTest, AnAddressInUseIsToldAsSuch) {
  auto first = Pipeline::make(loop.loop, config(tcp()));
  ASSERT_TRUE(first) << first.error().message;
  Config other = config(tcp());
  other.data_dir = dir + "/other";
  other.spool.dir = dir + "/other/spool";
  const auto second = Pipeline::make(loop.loop, std::move(other));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Code::exists);
  EXPECT_NE(second.error().message.find(std::to_string(port)), std::string::npos) << second.error().message;
}

}  // namespace
}  // namespace longshore::shipper
