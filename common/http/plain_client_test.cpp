#include "common/http/plain_client.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "common/http/peer_for_test.hpp"
#include "common/http/server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::http {
namespace {

using base::Code;
using base::Result;
using namespace std::chrono_literals;

// A peer that answers one connection with fixed bytes, on a thread of its own; what it was sent is in `seen`.
class OneAnswer {
 public:
  OneAnswer(base::UniqueFd listener, std::string answer)
      : listener_(std::move(listener)), answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~OneAnswer() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  std::string seen;

 private:
  void serve() {
    boost::asio::io_context loop(1);
    io::TaskGroup tasks(loop.get_executor());
    auto work = [&]() -> io::Task<void> {
      PeerForTest peer = co_await PeerForTest::accept(loop, listener_);
      seen = co_await peer.receive("\r\n\r\n");
      co_await peer.send(answer_);
    };
    tasks.spawn("serve", work());
    loop.run();
  }
  base::UniqueFd listener_;
  std::string answer_;
  std::thread thread_;
};

Result<Response> ask(const std::string& answer, std::string method = "GET", std::string* seen = nullptr) {
  base::UniqueFd listener = listen_on_loopback();
  const std::string url = "http://127.0.0.1:" + std::to_string(io::bound_port(listener.get())) + "/a?b=c";
  OneAnswer peer(std::move(listener), answer);
  auto response = send_plain({.method = std::move(method), .url = url, .timeout = 5s, .body_limit = 1000});
  peer.join();
  if (seen != nullptr) *seen = peer.seen;
  return response;
}

TEST(PlainClient, HeadersOfTheCallersOwn) {
  base::UniqueFd listener = listen_on_loopback();
  const std::string url = "http://127.0.0.1:" + std::to_string(io::bound_port(listener.get())) + "?q";
  OneAnswer peer(std::move(listener), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_TRUE(send_plain({.url = url, .headers = {{"host", "example.com"}, {"X-A", "b"}}, .timeout = 5s}));
  peer.join();
  EXPECT_TRUE(peer.seen.starts_with("GET /?q HTTP/1.1\r\nhost: example.com\r\nX-A: b\r\n")) << peer.seen;
  EXPECT_EQ(peer.seen.find("127.0.0.1"), peer.seen.npos);
}

TEST(PlainClient, AnAnswerWithLengthInChunksAndToTheEnd) {
  std::string seen;
  const auto plain = ask("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nabc", "POST", &seen);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->status, 200);
  EXPECT_EQ(plain->body, "abc");
  EXPECT_EQ(plain->header("x-a"), "b");
  EXPECT_TRUE(seen.starts_with("POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
  EXPECT_NE(seen.find("Content-Length: 0\r\n"), seen.npos);
  EXPECT_EQ(ask("HTTP/1.1 404 Nothing\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n").value().body,
            "abc");
  EXPECT_EQ(ask("HTTP/1.0 200 OK\r\n\r\nto the end").value().body, "to the end");
  EXPECT_EQ(ask("HTTP/1.1 204 No Content\r\n\r\n").value().status, 204);
}

TEST(PlainClient, WhatIsNoAnswerIsAnError) {
  EXPECT_EQ(ask("SSH-2.0-x\r\n").error().code, Code::corrupt);
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").error().code, Code::closed);
  EXPECT_EQ(ask("").error().code, Code::closed);
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n").error().code, Code::exhausted);
}

TEST(PlainClient, NobodyThereAndNoUrl) {
  std::uint16_t port = 0;
  {
    const base::UniqueFd listener = listen_on_loopback();
    port = io::bound_port(listener.get());
  }
  EXPECT_EQ(send_plain({.url = "http://127.0.0.1:" + std::to_string(port)}).error().code, Code::unavailable);
  EXPECT_EQ(send_plain({.unix_socket = "/nowhere/x.sock", .url = "http://x/"}).error().code, Code::not_found);
  EXPECT_EQ(send_plain({.unix_socket = std::string(200, 'x'), .url = "http://x/"}).error().code, Code::invalid);
  for (const char* url : {"", "https://x/", "http://", "http://:80/", "http://a b/"})
    EXPECT_EQ(send_plain({.url = url}).error().code, Code::invalid) << url;
}

TEST(PlainClient, OneWhoAcceptsAndSaysNothingIsNotWaitedForLonger) {
  const base::UniqueFd listener = listen_on_loopback();  // the kernel accepts
  const std::string url = "http://127.0.0.1:" + std::to_string(io::bound_port(listener.get())) + "/";
  EXPECT_EQ(send_plain({.url = url, .timeout = 50ms}).error().code, Code::timeout);
}

TEST(PlainClient, OverAUnixSocket) {
  const TemporaryFolder folder;
  OneAnswer peer(io::open_listener(io::parse_endpoint("unix-stream://" + (folder / "s")).value()).value(),
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  const auto response = send_plain({.unix_socket = folder / "s", .url = "http://docker/x"});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "hi");
}

TEST(PlainClient, PercentEncoding) { EXPECT_EQ(percent_encode("Az0-_. /\xff&"), "Az0-_.%20%2F%FF%26"); }

}  // namespace
}  // namespace longshore::http
